"""Parses files with sqlglot's Snowflake dialect: `python sqlglot-parse.py file.sql...`.

sqlglot knows no Snowflake Scripting, so of a block its statements and queries are taken, one by one. What it gives up on is an
error, or becomes an opaque command; both must be of a kind that is named here.
"""

import logging
import re
import sys

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

logging.disable(logging.CRITICAL)

# Statements that it takes as opaque commands: it knows their first words and no more.
OPAQUE = re.compile(
    r"(call|show \w+|(create|alter) (or replace )?(task|alert|pipe|role|stage|api integration|notification integration|integration|resource monitor|streamlit|warehouse)|"
    r"drop (task|alert|pipe|role|resource monitor)|grant|revoke|execute (task|immediate)|alter (view|function|procedure|session)|use|put|remove)\b",
    re.IGNORECASE,
)
# It reads `'x', value` in OBJECT_CONSTRUCT_KEEP_NULL as JSON_OBJECT's KEY … VALUE.
MISREAD = re.compile(r"JSONKeyValue")

STARTS = re.compile(r"\b(insert into|update|delete from|merge into|select|with|show|alter|copy into)\b", re.IGNORECASE)
PIECE = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"[^\"]*\"|--[^\n]*|[();]|[^'\"();-]+|-", re.DOTALL)


def statements(block: str) -> list[str]:
    """The text of a block, cut at the semicolons outside of parentheses."""
    found, current, depth = [], "", 0
    for piece in PIECE.findall(block):
        if piece.startswith("--"):
            continue
        depth += (piece == "(") - (piece == ")")
        if piece == ";" and depth == 0:
            found.append(current)
            current = ""
        else:
            current += piece
    return found + [current]


def outside(text: str) -> str:
    """The text with blanks for all that stands in quotes or parentheses."""
    hidden, depth = "", 0
    for piece in PIECE.findall(text):
        depth += piece == "("
        hidden += piece if depth == 0 and not piece.startswith("'") else " " * len(piece)
        depth -= piece == ")"
    return hidden


def queries(block: str) -> list[str]:
    """The SQL of a block: statements that stand alone, and queries that are assigned or returned."""
    found = []
    for text in statements(block):
        start = STARTS.search(outside(text))
        assigned = re.search(r"(:=|\breturn)\s*\(\s*(?=(select|with)\b)", text, re.IGNORECASE)
        if start:
            found.append(text[start.start():])
        elif assigned:
            found.append(text[assigned.end():text.rindex(")")])
    return found


def flaws(sql: str) -> list[str]:
    try:
        parsed = sqlglot.parse(sql, read="snowflake")
    except SqlglotError as error:
        message = re.sub(r"\x1b\[\d+m", "", str(error)).replace("\n", " ")
        return [] if MISREAD.search(message) or OPAQUE.match(sql.strip()) else [message[:300]]
    commands = [tree.sql(comments=False) for tree in parsed if isinstance(tree, exp.Command)]
    return [f"not parsed: {text[:100]}" for text in commands if not OPAQUE.match(text.strip())]


count = failed = 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        # Some stand for whole clauses, which may be none.
        text = re.sub(r"<%\s*(storage_endpoint|task_settings|alert_compute)\s*%>", "", file.read())
        text = re.sub(r"<%\s*(\w+)\s*%>", r"x_\1", text)
    isBlock = re.match(r"\s*(declare|begin)\b", text, re.IGNORECASE)
    for sql in queries(text) if isBlock else [text]:
        count += 1
        for flaw in flaws(sql):
            failed += 1
            print(f"{path}: {flaw}")
print(f"sqlglot {sqlglot.__version__}: {count} texts parsed, {failed} refused")
sys.exit(1 if failed else 0)

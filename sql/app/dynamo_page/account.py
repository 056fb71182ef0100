"""Everything that the page asks of the account goes through here."""

import json

import streamlit as st

from .statement import Statement


def _session():
    from snowflake.snowpark.context import get_active_session

    return get_active_session()


def ask(statement: Statement) -> list:
    """The rows as dicts. `.collect()` once and nothing else: other ways of a Snowpark frame run the statement again."""
    frame = _session().sql(statement.text, params=list(statement.params))
    return [row.as_dict() for row in frame.collect()]


def _kept() -> dict:
    return st.session_state.setdefault('answers', {})


def read(text: str, *params) -> list:
    """The rows of a query, kept until `forget`: a click runs the whole page again, which must not ask again.

    A failure is raised and not kept.
    """
    asked = (text, params)
    if asked not in _kept():
        _kept()[asked] = ask(Statement(text, params))
    return _kept()[asked]


def forget() -> None:
    """The next look asks the account again."""
    st.session_state['answers'] = {}


def act(label: str, *statements: Statement) -> None:
    """Runs statements one after another until one fails; what came of it is shown above the page (`said`).

    For `on_click` alone: in the body of a page a rerun would repeat it.
    """
    said = []
    failure = None
    for statement in statements:
        try:
            said.append((statement.shown(), answer_text(ask(statement))))
        except Exception as error:  # whatever the account says is for the person to read
            failure = (statement.shown(), str(error))
            break
    st.session_state['said'] = {'label': label, 'done': said, 'failure': failure}
    forget()


def answer_text(rows: list) -> str:
    """One value as it is, JSON indented; more than one as a line a row. Digits stay: numbers of JSON are never parsed."""
    values = [value for row in rows for value in row.values()]
    if len(values) != 1:
        return '\n'.join('  '.join('NULL' if v is None else str(v) for v in row.values()) for row in rows) or 'no rows'
    return pretty(values[0])


def pretty(value) -> str:
    """JSON text indented with every digit as it was; other values as text."""
    if value is None:
        return 'NULL'
    try:
        parsed = json.loads(value, parse_int=_Digits, parse_float=_Digits)
    except (TypeError, ValueError):
        return str(value)
    return _indented(parsed, 0) if isinstance(parsed, (dict, list)) else str(value)


class _Digits(str):
    """A number of JSON, kept as it was written."""


def _indented(value, depth: int) -> str:
    if isinstance(value, _Digits):
        return str(value)
    if not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, ensure_ascii=False)
    pad, end = '  ' * (depth + 1), '  ' * depth
    if isinstance(value, list):
        parts = [_indented(v, depth + 1) for v in value]
        opened, closed = '[', ']'
    else:
        parts = [f'{json.dumps(k, ensure_ascii=False)}: {_indented(v, depth + 1)}' for k, v in value.items()]
        opened, closed = '{', '}'
    return f'{opened}\n{pad}' + f',\n{pad}'.join(parts) + f'\n{end}{closed}'

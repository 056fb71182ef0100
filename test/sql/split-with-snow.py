"""Splits scripts with the statement reader of Snowflake's own CLI: `python split-with-snow.py file.sql...`, variables as JSON on stdin.

The module is used directly: the command itself wants an account. Prints {path: [statement, ...]} as JSON.
"""

import json
import sys

from snowflake.cli._plugins.sql.statement_reader import compile_statements, files_reader
from snowflake.cli.api.rendering.sql_templates import (
    SQLTemplateSyntaxConfig,
    snowflake_sql_jinja_render,
)
from snowflake.cli.api.secure_path import SecurePath

variables = json.load(sys.stdin)


def render(text: str) -> str:
    return snowflake_sql_jinja_render(text, SQLTemplateSyntaxConfig(), variables)


found = {}
for path in sys.argv[1:]:
    errors, _, compiled = compile_statements(
        files_reader([SecurePath(path)], operators=[], remove_comments=True, pre_render=render)
    )
    if errors:
        sys.exit(f"{path}: {errors}")
    found[path] = [each.statement for each in compiled]
json.dump(found, sys.stdout)

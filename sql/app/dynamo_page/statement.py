"""A statement with its values apart: they are bound when it runs and written out when it is shown."""

from dataclasses import dataclass
from typing import Tuple


def literal(value) -> str:
    """A value as Snowflake's SQL writes it: NULL, a number, or text in quotes.

    Backslash and quote are doubled: https://docs.snowflake.com/en/sql-reference/data-types-text
    """
    if value is None:
        return 'NULL'
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return "'" + str(value).replace('\\', '\\\\').replace("'", "''") + "'"


@dataclass(frozen=True)
class Statement:
    """`text` has a `?` for each of `params`, and no other question mark."""

    text: str
    params: Tuple = ()

    def shown(self) -> str:
        """The statement as a worksheet takes it."""
        if not self.params:
            return self.text + ';'
        first, *rest = self.text.split('?')
        return first + ''.join(literal(value) + part for value, part in zip(self.params, rest)) + ';'

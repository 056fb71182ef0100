"""What Streamlit's versions draw differently (1.35 to the newest), and tables."""

import inspect

import pandas as pd
import streamlit as st

_RED = 'color: #d9534f; font-weight: 600'
_BLUE = 'color: #3182ce'
_BAD = {'FAILED', 'SUSPENDED', 'OVERDUE', 'STALE', 'INCOMPLETE'}


def full(draw) -> dict:
    """The argument that makes a widget as wide as its place: the function's own signature tells which it is.

    Newer versions have `width='stretch'` for some functions earlier than for others.
    """
    width = inspect.signature(draw).parameters.get('width')
    is_new = width is not None and isinstance(width.default, str)
    return {'width': 'stretch'} if is_new else {'use_container_width': True}


def table(rows: list, columns: dict, height=None) -> None:
    """`columns`: title -> function of a row. Numbers have thousands separators and sort as numbers; states are coloured.

    At most 500 rows: to style more takes seconds.
    """
    frame = pd.DataFrame([{title: cell(row) for title, cell in columns.items()} for row in rows[:500]], columns=list(columns))
    numbers = [title for title in columns if all(isinstance(v, (int, float)) for v in frame[title]) and len(frame)]
    styled = frame.style.format({title: '{:,.0f}' for title in numbers})
    if 'state' in columns:
        # pandas before 2.1 calls it applymap.
        styled = (styled.map if hasattr(styled, 'map') else styled.applymap)(_state_colour, subset=['state'])
    more = {} if height is None else {'height': height}
    st.dataframe(styled, hide_index=True, **full(st.dataframe), **more)


def _state_colour(state: str) -> str:
    if state in _BAD:
        return _RED
    return _BLUE if state in ('running', 'loading') else ''


def number(value):
    """A count for a table: NULL is 0, a Decimal is an integer."""
    return 0 if value is None else int(value)


def button(label: str, key: str, action, *args, is_main=False) -> None:
    """A button that acts when it is pressed, not when the page is drawn again."""
    kind = 'primary' if is_main else 'secondary'
    st.button(label, key=key, type=kind, on_click=action, args=args, **full(st.button))

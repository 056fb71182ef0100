"""Item: one item of a table as it is now. For operators: it is row content."""

import json

import streamlit as st

from . import account
from .draw import button
from .statement import Statement


def show(may_act: bool) -> None:
    if not may_act:
        st.markdown('Items are row contents: the page to operate shows them to those who may use it.')
        return
    tables = _tables()
    if not tables:
        st.markdown('No table is allowed here.')
        return
    chosen = st.selectbox('Table', list(tables), key='item-table')
    key = st.text_input('Key (JSON)', key='item-key', placeholder=_example(tables[chosen]))
    button('Look up', 'look-up', _look_up, chosen, 'item-key')
    looked = st.session_state.get('item')
    if looked is None:
        return
    st.code(looked['statement'], language='sql')
    if looked['error'] is not None:
        st.error('The item could not be read.')
        st.code(looked['error'], language=None)
    elif looked['item'] is None:
        st.markdown('There is no item with this key.')
    else:
        # As text: a JSON widget would round numbers of more than 15 digits.
        st.code(account.pretty(looked['item']), language='json')


def _tables() -> dict:
    """Name -> key attributes, as `dynamo_tables()` gives them."""
    rows = account.read('SELECT to_json(dynamo_tables()) AS tables')
    return {table['table']: table['keys'] for table in json.loads(rows[0]['TABLES'])}


def _example(key: list) -> str:
    return json.dumps({part['name']: 1 if part['type'] == 'N' else f'my {part["name"]}' for part in key})


def _look_up(table: str, key_of: str) -> None:
    statement = Statement(
        'SELECT to_json(get_from_dynamo(?, PARSE_JSON(?)::OBJECT)) AS item', (table, st.session_state.get(key_of) or '')
    )
    looked = {'statement': statement.shown(), 'item': None, 'error': None}
    try:
        looked['item'] = account.ask(statement)[0]['ITEM']
    except Exception as error:  # whatever the account says is for the person to read
        looked['error'] = str(error)
    st.session_state['item'] = looked

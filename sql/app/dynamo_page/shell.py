"""The frame of the page: its four parts, Refresh, what the last press did, and what an open page costs."""

import streamlit as st

from . import account, item, loads, syncs
from . import now as now_part
from .draw import button
from .text import now, plain

_PARTS = {'Now': now_part.show, 'Loads': loads.show, 'Syncs': syncs.show, 'Item': item.show}


def show(may_act: bool) -> None:
    """Draws the page. `may_act`: with buttons, keys and items; the role that owns the page must hold the rights."""
    st.set_page_config(layout='wide')
    title, parts, refresh = st.columns([3, 6, 2])
    title.markdown('#### push\\_to\\_dynamo')
    # A radio and not tabs: tabs run the queries of all parts at each press.
    part = parts.radio('Part', list(_PARTS), horizontal=True, label_visibility='collapsed', key='part')
    with refresh:
        button('Refresh', 'refresh', _refresh)
    _said()
    try:
        _PARTS[part](may_act)
    except Exception as error:  # a view that is missing or not granted: the person reads why
        st.error(f'This part could not be read: {plain(error)}')
    st.divider()
    st.caption(
        f'As of {now():%H:%M:%S} UTC. An open page keeps its warehouse awake, a credit an hour for an XSMALL: close it when you are done.'
    )


def _refresh() -> None:
    st.session_state.pop('said', None)
    account.forget()


def _said() -> None:
    said = st.session_state.get('said')
    if said is None:
        return
    if said['failure'] is None:
        st.success(f'{plain(said["label"])}: done.')
    elif said['done']:
        st.error(f'{plain(said["label"])}: a later statement failed; those before it are done.')
    else:
        st.error(f'{plain(said["label"])} failed: nothing after it was run.')
    if any('redrive_dynamo_load' in statement for statement, _ in said['done']):
        # The views tell of loads what the lines of audit/ say, which the bucket's pipe brings.
        st.caption('What a load does is seen here when its audit lines have come, a minute or two later: Refresh.')
    for statement, answer in said['done']:
        st.code(f'{statement}\n{answer}', language='sql')
    if said['failure'] is not None:
        st.code('\n'.join(said['failure']), language='sql')

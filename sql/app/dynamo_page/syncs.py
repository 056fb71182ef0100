"""Syncs: all of them, those in trouble first; of one its buttons, its runs, and the rows it has set aside."""

import streamlit as st

from . import account
from .draw import button, number, table
from .statement import Statement
from .text import ago, plain, stamp

_SYNCS = 'SELECT * FROM dynamo_syncs ORDER BY sync LIMIT 500'
_RUNS = (
    'SELECT run, state, failure_code, route, "READ" AS read_rows, "PUT" AS put_rows, "DELETE" AS delete_rows, written, deleted, '
    'rejected, unprocessed, message, started_at, seconds FROM dynamo_sync_runs WHERE sync = ? ORDER BY started_at DESC LIMIT 200'
)
_ASIDE = 'SELECT to_json("KEY") AS key_text, code, message FROM dynamo_sync_failures WHERE sync = ? LIMIT 200'


def show(may_act: bool) -> None:
    syncs = account.read(_SYNCS)
    if not syncs:
        st.markdown('There is no sync yet. One statement makes one:')
        st.code("CALL create_dynamo_sync('spend', 'CUSTOMER_SPEND', 'customer_spend', ARRAY_CONSTRUCT('CUSTOMER_ID'));", language='sql')
        return
    worst_first = sorted(syncs, key=lambda sync: (not state_of(sync).isupper(), sync['SYNC']))
    table(worst_first, _COLUMNS)
    chosen = st.selectbox(
        'Sync', [sync['SYNC'] for sync in worst_first], key='sync', index=None, placeholder='Choose a sync to look into'
    )
    if chosen is not None:
        _one(next(sync for sync in syncs if sync['SYNC'] == chosen), may_act)


def state_of(sync: dict) -> str:
    """Upper case: it needs a person."""
    if sync['TASK_STATE'] == 'suspended' and sync['STATE'] != 'paused' and sync['SCHEDULE'] is not None:
        return 'SUSPENDED'
    if sync['STREAM_STATE'] in ('stale', 'missing'):
        return 'STALE'
    if sync['LAST_STATE'] == 'failed':
        return 'FAILED'
    if sync['OVERDUE'] is True:
        return 'OVERDUE'
    if sync['HELD_BY_RUN'] is not None:
        return 'running'
    return 'loading' if sync['LOADING_RUN'] is not None else sync['STATE']


_COLUMNS = {
    'sync': lambda sync: sync['SYNC'],
    'state': state_of,
    'last complete run': lambda sync: ago(sync['LAST_COMPLETE_AT']),
    'schedule': lambda sync: sync['SCHEDULE'] or 'by hand',
    'waiting': lambda sync: number(sync['WAITING']),
    'set aside': lambda sync: number(sync['SET_ASIDE']),
    'from': lambda sync: sync['SOURCE'],
    'to': lambda sync: sync['TARGET_TABLE'],
}

_RUN_COLUMNS = {
    'started (UTC)': lambda run: stamp(run['STARTED_AT']),
    'state': lambda run: run['STATE'].upper() if run['STATE'] in ('failed', 'incomplete') else run['STATE'],
    'route': lambda run: run['ROUTE'],
    'read': lambda run: number(run['READ_ROWS']),
    'put': lambda run: number(run['PUT_ROWS']),
    'delete': lambda run: number(run['DELETE_ROWS']),
    'written': lambda run: number(run['WRITTEN']),
    'rejected': lambda run: number(run['REJECTED']),
    'unprocessed': lambda run: number(run['UNPROCESSED']),
    'seconds': lambda run: float(run['SECONDS'] or 0),
    'message': lambda run: run['MESSAGE'] or '',
}


def _one(sync: dict, may_act: bool) -> None:
    name = sync['SYNC']
    st.markdown(f'## Sync {plain(name)}')
    st.caption(
        f'{plain(sync["SOURCE"])} → {plain(sync["TARGET_TABLE"])} · {plain(sync["CAPTURE"])} · {plain(sync["SCHEDULE"] or "by hand")}'
    )
    if sync['TASK_ERROR']:
        st.code(sync['TASK_ERROR'], language=None)
    if may_act:
        _buttons(sync)
    st.markdown('**History**, the newest 200 runs')
    table(account.read(_RUNS, name), _RUN_COLUMNS)
    if not may_act:
        return
    aside = account.read(_ASIDE, name)
    st.markdown('**Rows set aside**')
    if aside:
        table(aside, {'key': lambda row: row['KEY_TEXT'], 'code': lambda row: row['CODE'], 'message': lambda row: row['MESSAGE']})
    else:
        st.caption('None.')


def _buttons(sync: dict) -> None:
    name = sync['SYNC']
    places = iter(st.columns(4))

    def press(label: str, *statements: Statement) -> None:
        with next(places):
            button(label, f'{label}-{name}', account.act, f'{label}: {name}', *statements)

    press('Preview', Statement('CALL preview_dynamo_sync(?)', (name,)))
    if sync['SCHEDULE'] is None:
        # Without a task the run is this very call: it ends when the tab is closed.
        press('Run, stay here', Statement('CALL run_dynamo_sync(?)', (name,)))
    else:
        press('Run now', Statement('CALL start_dynamo_sync(?)', (name,)))
    if sync['STATE'] == 'paused':
        press('Resume', Statement('CALL resume_dynamo_sync(?)', (name,)))
    elif state_of(sync) == 'SUSPENDED':
        press('Resume and run', Statement("CALL resume_dynamo_sync(?, OBJECT_CONSTRUCT('run', TRUE))", (name,)))
    else:
        press('Pause', Statement('CALL pause_dynamo_sync(?)', (name,)))
    press('Reconcile 1,000', Statement('CALL reconcile_dynamo(?, 1000)', (name,)))

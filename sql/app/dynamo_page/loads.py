"""Loads: those at work by bytes, all runs, and of one run its reasons, first bad rows, chunks and a redrive."""

import json

import streamlit as st

from . import account
from .draw import button, number, table
from .statement import Statement
from .text import bold, count, dollars, in_utc, lasting, now, plain, short, stamp

_RUNS = 'SELECT * FROM dynamo_loads ORDER BY started_at DESC LIMIT 500'
_CHUNKS = 'SELECT * FROM dynamo_load_chunks WHERE run = ? ORDER BY state, chunk, generation LIMIT 500'
_FIRST = 20


def newest() -> list:
    return account.read(_RUNS)


def running() -> list:
    return [run for run in newest() if run['STATE'] == 'running']


def show(may_act: bool) -> None:
    runs = newest()
    if not runs:
        st.markdown('No load has run yet. One statement unloads a table or view and loads it:')
        st.code("CALL load_to_dynamo('MY_DB.MY_SCHEMA.SPEND', 'customer_spend');", language='sql')
        return
    for run in running():
        with st.container(border=True):
            st.markdown(f'{bold(run["RUN"])} → {plain(run["TARGET_TABLE"])}, running for {lasting(_seconds(run))}')
            progress(run, is_named=False)
            _figures(run)
    st.markdown('**Runs**, the newest first')
    table(runs, _COLUMNS)
    chosen = st.selectbox('Run', [run['RUN'] for run in runs], key='load', index=None, placeholder='Choose a run to look into')
    if chosen is not None:
        _one(next(run for run in runs if run['RUN'] == chosen), may_act)


_COLUMNS = {
    'run': lambda run: run['RUN'],
    'table': lambda run: run['TARGET_TABLE'],
    'state': lambda run: 'FAILED' if run['STATE'] == 'failed' else run['STATE'],
    'started (UTC)': lambda run: stamp(run['STARTED_AT']),
    'read': lambda run: number(run['READ']),
    'written': lambda run: number(run['WRITTEN']) + number(run['DELETED']),
    'rejected': lambda run: number(run['REJECTED']),
    'unprocessed': lambda run: number(run['UNPROCESSED']),
    'chunks': lambda run: f'{number(run["CHUNKS_SETTLED"])}/{number(run["CHUNKS_TOTAL"])}',
    'dollars': lambda run: dollars(run['DOLLARS']),
}


def _share(run: dict) -> float:
    """Done of all, by bytes; by chunks where their bytes are not known."""
    done, of = number(run['BYTES_DONE']), number(run['BYTES_TOTAL'])
    if of == 0:
        done, of = number(run['CHUNKS_SETTLED']), number(run['CHUNKS_TOTAL'])
    return min(1.0, done / of) if of else 0.0


def _seconds(run: dict) -> float:
    return max(1.0, (now() - in_utc(run['STARTED_AT'])).total_seconds())


def _left(run: dict) -> str:
    share = _share(run)
    return lasting(_seconds(run) * (1 - share) / share) if share > 0 else 'not known yet'


def progress(run: dict, is_named: bool = True) -> None:
    if is_named:
        text = f'Load {plain(run["RUN"])} into {plain(run["TARGET_TABLE"])} is running: {_share(run):.0%}, {_left(run)} left'
        text += f', {count(run["REJECTED"])} rows rejected' if run['REJECTED'] else ''
    else:
        expected = f' of {count(run["EXPECTED"])}' if run['EXPECTED'] is not None else ''
        text = f'{_share(run):.0%} of the bytes · {count(run["READ"])}{expected} rows'
        text += f' · {count(run["CHUNKS_SETTLED"])} of {count(run["CHUNKS_TOTAL"])} chunks'
    st.progress(_share(run), text=text)


def _figures(run: dict) -> None:
    figures = {
        'Rows a second': f'{number(run["READ"]) / _seconds(run):,.0f}',
        'Time left': _left(run),
        'Rejected': short(run['REJECTED']),
        'Throttles': short(run['THROTTLES']),
    }
    for place, (title, value) in zip(st.columns(4), figures.items()):
        place.metric(title, value)


def _one(run: dict, may_act: bool) -> None:
    name = run['RUN']
    st.markdown(f'## Run {plain(name)}')
    why, first = st.columns(2)
    with why:
        st.markdown('**Why rows were rejected**')
        _reasons(run)
    with first:
        st.markdown('**First bad rows**')
        _bad_rows(run, may_act)
    errors = json.loads(run['ERRORS'] or '[]')
    if errors:
        st.markdown('**What the loader said**')
        st.code('\n'.join(errors), language=None)
    _redrive(name, may_act)
    with st.expander('Chunks'):
        table(account.read(_CHUNKS, name), _CHUNK_COLUMNS)


_CHUNK_COLUMNS = {
    'chunk': lambda chunk: chunk['CHUNK'],
    'state': lambda chunk: 'FAILED' if chunk['STATE'] == 'failed' else chunk['STATE'],
    'bytes': lambda chunk: number(chunk['BYTES']),
    'read': lambda chunk: number(chunk['READ']),
    'written': lambda chunk: number(chunk['WRITTEN']) + number(chunk['DELETED']),
    'rejected': lambda chunk: number(chunk['REJECTED']),
    'unprocessed': lambda chunk: number(chunk['UNPROCESSED']),
    'ended (UTC)': lambda chunk: stamp(chunk['ENDED_AT']),
}


def _reasons(run: dict) -> None:
    reasons = json.loads(run['REASONS'] or '{}')
    if not reasons:
        st.caption('No row was rejected.')
        return
    worst_first = sorted(reasons.items(), key=lambda reason: -reason[1])
    table(worst_first, {'code': lambda reason: reason[0], 'rows': lambda reason: reason[1]})


def _bad_rows(run: dict, may_act: bool) -> None:
    if not number(run['REJECTED']):
        st.caption('None.')
        return
    if not may_act:
        # They lie in files, which a procedure reads; the role of this page may call none.
        st.caption('The page to operate shows them.')
        return
    rows = account.read(f'CALL dynamo_load_rejects(?, {_FIRST})', run['RUN'])
    table(
        rows,
        {
            'chunk': lambda row: row['CHUNK'],
            'row': lambda row: number(row['NUMBER']),
            'code': lambda row: row['CODE'],
            'message': lambda row: row['MESSAGE'],
        },
    )


def _redrive(run: str, may_act: bool) -> None:
    with st.container(border=True):
        st.markdown('**Send what was set aside again**')
        options = st.text_input("Options in place of the run's (JSON, empty: the same)", key=f'options-{run}', placeholder='{"names":"lower"}')
        wrong = _not_an_object(options)
        if wrong:
            st.error(wrong)
            return
        statement = (
            Statement('SELECT redrive_dynamo_load(?, PARSE_JSON(?)::OBJECT)', (run, options.strip()))
            if options.strip()
            else Statement('SELECT redrive_dynamo_load(?)', (run,))
        )
        st.code(statement.shown(), language='sql')
        if may_act:
            button('Redrive', f'redrive-{run}', account.act, f'Redrive: {run}', statement)


def _not_an_object(options: str) -> str:
    if not options.strip():
        return ''
    try:
        is_object = isinstance(json.loads(options), dict)
    except ValueError:
        is_object = False
    return '' if is_object else 'The options are not a JSON object, such as {"names":"lower"}.'

"""Now: what needs a person, worst first, each with what mends it; loads at work; rows and dollars by day."""

import pandas as pd
import streamlit as st

from . import account, loads
from .draw import button, full
from .text import dollars, plain, short
from .words import matter_of

_QUERY = (
    'SELECT severity, kind, cause, subject, target_table, since, matters, detail, mend FROM dynamo_attention '
    'ORDER BY severity, since LIMIT 200'
)
_DAYS = (
    'SELECT day, activity, sum(written + deleted) AS written, sum(rejected) AS rejected, sum(unprocessed) AS unprocessed, '
    'sum(dollars) AS dollars FROM dynamo_audit_days WHERE day > dateadd(\'day\', -30, current_date()) GROUP BY day, activity '
    'ORDER BY day LIMIT 1000'
)
_HEADINGS = {1: ':red[**Now**]', 2: ':orange[**Soon**]', 3: ':gray[**When you have time**]'}
_AT_ONCE = 6
_COLOURS = {'sync': '#3182ce', 'load': '#8e6bbf', 'push': '#2f9e44', 'rejected': '#d9534f', 'unprocessed': '#e8871e'}


def show(may_act: bool) -> None:
    matters = account.read(_QUERY)
    _heading(matters)
    is_open = st.session_state.get('all_matters', False)
    seen = matters if is_open else matters[:_AT_ONCE]
    for severity, title in _HEADINGS.items():
        cards = [(at, row) for at, row in enumerate(seen) if int(row['SEVERITY']) == severity]
        if cards:
            st.markdown(title)
        for at, row in cards:
            _card(at, row, may_act)
    if len(matters) > len(seen):
        st.button(f'Show {len(matters) - len(seen)} more', key='more', on_click=_show_all)
    for run in loads.running():
        loads.progress(run)
    _days()


def _show_all() -> None:
    st.session_state['all_matters'] = True


def _heading(matters: list) -> None:
    urgent = sum(1 for row in matters if int(row['SEVERITY']) == 1)
    if not matters:
        runs = account.read('SELECT count(*) AS runs, max(last_complete_at) AS last_at FROM dynamo_syncs')[0]
        st.markdown('## Nothing needs you')
        if runs['RUNS'] == 0 and not loads.newest():
            st.markdown('Nothing has run yet. Push a first row from a worksheet:')
            st.code("SELECT push_to_dynamo('my_table', OBJECT_CONSTRUCT('id', 'first'));", language='sql')
        return
    things = '1 thing needs you' if len(matters) == 1 else f'{len(matters)} things need you'
    st.markdown(f'## {things}' + (f', {urgent} of them now' if urgent else ''))


def _card(at: int, row: dict, may_act: bool) -> None:
    matter = matter_of(row)
    with st.container(border=True):
        text, press = st.columns([9, 2])
        text.markdown(matter.sentence)
        if row['DETAIL']:
            text.caption(plain(row['DETAIL']))
        if matter.mend is None:
            return
        text.code(matter.mend.shown(), language='sql')
        if may_act:
            with press:
                key = f'mend-{at}-{row["KIND"]}-{row["SUBJECT"]}'
                said = f'{matter.label}: {row["SUBJECT"]}'
                button(matter.label, key, account.act, said, matter.press, is_main=int(row['SEVERITY']) == 1)


def _days() -> None:
    rows = account.read(_DAYS)
    if not rows:
        return
    days = pd.DataFrame(
        {
            'day': [pd.Timestamp(row['DAY']) for row in rows],
            'activity': [row['ACTIVITY'] for row in rows],
            **{name: [float(row[name.upper()] or 0) for row in rows] for name in ('written', 'rejected', 'unprocessed', 'dollars')},
        }
    )
    today = days[days['day'] == days['day'].max()]
    st.markdown(f'## {days["day"].max():%d %B}')
    for place, title, value in zip(
        st.columns(4),
        ('Rows written', 'Rejected', 'Unprocessed', 'DynamoDB writes'),
        (short(today['written'].sum()), short(today['rejected'].sum()), short(today['unprocessed'].sum()), dollars(today['dollars'].sum())),
    ):
        place.metric(title, value)
    written, missed, spent = st.columns(3)
    by = ':blue[sync], :violet[load], :green[push]'
    written.markdown(f'**Rows written** by {by}')
    _bars(written, days, 'written', 'activity', ',.0f')
    missed.markdown('**Rows not written**: :red[rejected], :orange[unprocessed]')
    # A scale of its own: beside the rows written they would vanish.
    not_written = days.melt(id_vars=['day'], value_vars=['rejected', 'unprocessed'], var_name='activity', value_name='missed')
    _bars(missed, not_written, 'missed', 'activity', ',.0f')
    spent.markdown(f'**Dollars of DynamoDB writes** by {by}')
    _bars(spent, days, 'dollars', 'activity', '$,~r')


def _bars(place, frame, value: str, part: str, form: str) -> None:
    """Bars by day, stacked by `part`.

    Vega-Lite and not Altair, which names the data by its hash: at new data some versions of Streamlit look for the old name.
    """
    parts = list(dict.fromkeys(frame[part]))
    # Of its own accord a scale of one day names the day twice, and one of two rows counts half rows.
    named = [{'year': day.year, 'month': day.month, 'date': day.day} for day in _some(sorted(set(frame['day'])))]
    most = frame.groupby('day')[value].sum().max()
    ticks = {'tickCount': 4} if value == 'dollars' or most >= 4 else {'values': list(range(int(most) + 1))}
    day = {'field': 'day', 'type': 'temporal', 'timeUnit': 'yearmonthdate', 'title': 'day'}
    amount = {'field': value, 'type': 'quantitative', 'aggregate': 'sum', 'title': value}
    colour = {'legend': None, 'scale': {'domain': parts, 'range': [_COLOURS.get(name, '#888888') for name in parts]}}
    spec = {
        'mark': 'bar',
        'height': 200,
        'encoding': {
            'x': {**day, 'title': None, 'axis': {'format': '%b %d', 'grid': False, 'values': named}},
            'y': {**amount, 'title': None, 'axis': {'format': form, **ticks}},
            'color': {'field': part, 'type': 'nominal', **colour},
            'tooltip': [day, {'field': part, 'type': 'nominal'}, {**amount, 'format': form}],
        },
    }
    place.vega_lite_chart(frame, spec, **full(place.vega_lite_chart))


def _some(days: list) -> list:
    """At most five of them, the newest among them."""
    step = -(-len(days) // 5)
    return days[::-1][::step]

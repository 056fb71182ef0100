"""The page by Streamlit's own AppTest, over an account that a test makes up: what no local account can easily be made to hold.

The real account of the page is the local worksheet: see `seen.ts`. Run by `npm run prove:page` on the oldest, the pinned
and the newest Streamlit.
"""

import re
import sys
import types
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parents[2] / 'sql' / 'app'
sys.path.insert(0, str(APP))
NOW = datetime.now(timezone.utc)
NASTY = '<script>alert(1)</script> **bold** :red[x] $1 and $2 [a](http://b) `c` & \\ "q" \'s\''
WIDE = '日本語😀' * 60


class Account:
    """Answers a statement by the view or function that it names; what it was asked stands in `asked`."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def sql(self, text, params=None):
        self.asked.append((text, tuple(params or ())))
        named = re.findall(r'\b(?:FROM|CALL|SELECT|to_json\()\s*\(?(\w*dynamo\w*)', text)
        answer = self.answers.get(named[-1], []) if named else []
        return Frame(answer)


class Frame:
    def __init__(self, answer):
        self.answer = answer

    def collect(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return [types.SimpleNamespace(as_dict=lambda row=row: dict(row)) for row in self.answer]


def matter(kind='sync_failed', subject='spend', severity=1, cause=None, detail='it failed', table='customer_spend',
           mend="CALL mend_dynamo_sync('spend')"):
    since = NOW - timedelta(hours=3)
    return {'SEVERITY': severity, 'KIND': kind, 'CAUSE': cause, 'SUBJECT': subject, 'TARGET_TABLE': table, 'SINCE': since,
            'MATTERS': 1, 'DETAIL': detail, 'MEND': mend}


def load(run='r1', state='complete', **more):
    row = {'RUN': run, 'TARGET_TABLE': 'parking', 'STATE': state, 'STARTED_AT': NOW - timedelta(minutes=11), 'ENDED_AT': None,
           'CHUNKS_TOTAL': 164, 'CHUNKS_SETTLED': 101, 'CHUNKS_FAILED': 0, 'EXPECTED': 1_700_000, 'READ': 1_046_000,
           'WRITTEN': 1_045_988, 'DELETED': 0, 'REJECTED': 12, 'UNPROCESSED': 0, 'BYTES_TOTAL': 1000, 'BYTES_DONE': 620,
           'WRITE_UNITS': 1_046_000, 'DOLLARS': 1.31, 'THROTTLES': 12, 'REASONS': '{"missing_key":12}', 'ERRORS': '[]'}
    return {**row, **more}


def sync(name='spend', **more):
    row = {'SYNC': name, 'SOURCE': 'DB.S.T', 'TARGET_TABLE': 'customer_spend', 'CAPTURE': 'diff', 'SCHEDULE': '10 minutes',
           'STATE': 'active', 'TASK_STATE': 'started', 'TASK_ERROR': None, 'STREAM_STATE': None, 'LAST_STATE': 'complete', 'OVERDUE': False,
           'HELD_BY_RUN': None, 'LOADING_RUN': None, 'LAST_COMPLETE_AT': NOW - timedelta(minutes=4), 'WAITING': None, 'SET_ASIDE': 0}
    return {**row, **more}


def sync_run(run='x', state='failed'):
    return {'RUN': run, 'STATE': state, 'FAILURE_CODE': None, 'ROUTE': 'push', 'READ_ROWS': 120_000, 'PUT_ROWS': 0, 'DELETE_ROWS': 0,
            'WRITTEN': 0, 'REJECTED': 0, 'UNPROCESSED': 0, 'MESSAGE': NASTY, 'STARTED_AT': NOW, 'SECONDS': 2.5}


def opened(account, page='operate.py', part=None, **state):
    """The page as a person sees it first, or one part of it."""
    import snowflake.snowpark.context as context

    context.get_active_session = lambda: account
    at = AppTest.from_file(str(APP / page), default_timeout=60)
    for key, value in state.items():
        at.session_state[key] = value
    at.run()
    if part is not None:
        at.radio(key='part').set_value(part).run()
    assert not at.exception, at.exception
    return at


def texts(at):
    return ' '.join(str(e.value) for kind in ('markdown', 'caption', 'error', 'success', 'code') for e in getattr(at, kind))


def labels(at):
    return [button.label for button in at.button]


QUIET = {'dynamo_syncs': [{'RUNS': 0, 'LAST_AT': None}]}


class Now(unittest.TestCase):
    def test_an_empty_account_is_told_the_first_statement(self):
        at = opened(Account(**QUIET))
        self.assertIn('Nothing needs you', texts(at))
        self.assertIn("push_to_dynamo('my_table'", texts(at))

    def test_what_needs_a_person_is_mended_by_one_press(self):
        account = Account(dynamo_attention=[matter('task_suspended')], mend_dynamo_sync=[{'X': 'started'}])
        at = opened(account)
        at.button(key='mend-0-task_suspended-spend').click().run()
        called = [asked for asked in account.asked if asked[0].startswith('CALL')]
        self.assertEqual([("CALL mend_dynamo_sync('spend')", ())], called)
        self.assertIn('done', texts(at))

    def test_a_press_is_not_repeated_when_the_page_is_drawn_again(self):
        account = Account(dynamo_attention=[matter('load_failed', 'r1', mend="SELECT redrive_dynamo_load('r1')")])
        at = opened(account)
        at.button(key='mend-0-load_failed-r1').click().run()
        at.run()
        self.assertEqual(1, sum('redrive_dynamo_load' in asked[0] for asked in account.asked))

    def test_deletes_are_looked_at_by_a_button_and_allowed_by_a_statement_only(self):
        mend = "CALL run_dynamo_sync('spend', OBJECT_CONSTRUCT('max_delete_share', 1))"
        account = Account(dynamo_attention=[matter('sync_failed', cause='too_many_deletes', mend=mend)])
        at = opened(account)
        self.assertIn("OBJECT_CONSTRUCT('max_delete_share', 1)", texts(at))
        at.button(key='mend-0-sync_failed-spend').click().run()
        self.assertTrue(all('max_delete_share' not in asked[0] for asked in account.asked))

    def test_the_page_to_look_has_no_button_that_changes_anything(self):
        at = opened(Account(dynamo_attention=[matter()]), page='look.py')
        self.assertEqual(['Refresh'], labels(at))

    def test_a_kind_that_the_page_does_not_know_is_told_as_the_account_says_it(self):
        at = opened(Account(dynamo_attention=[matter('new_kind', detail='what to do')]))
        self.assertIn('what to do', texts(at))

    def test_a_failure_is_said(self):
        account = Account(dynamo_attention=[matter('task_suspended')], mend_dynamo_sync=RuntimeError('no task'))
        at = opened(account)
        at.button(key='mend-0-task_suspended-spend').click().run()
        self.assertIn('failed: nothing after it was run', texts(at))
        self.assertIn('no task', texts(at))

    def test_six_are_shown_first_and_the_others_on_demand(self):
        at = opened(Account(dynamo_attention=[matter(subject=f's{n}') for n in range(9)]))
        self.assertIn('Show 3 more', labels(at))
        at.button(key='more').click().run()
        self.assertNotIn('Show 3 more', labels(at))
        self.assertIn('9 things need you, 9 of them now', texts(at))

    def test_without_rights_the_page_says_what_could_not_be_read(self):
        at = opened(Account(dynamo_attention=RuntimeError("Object 'DYNAMO_ATTENTION' does not exist or not authorized.")))
        self.assertIn('could not be read', at.error[0].value)

    def test_days_are_drawn(self):
        day = {'DAY': NOW.date(), 'ACTIVITY': 'load', 'WRITTEN': 1_290_000, 'REJECTED': 1014, 'UNPROCESSED': 0, 'DOLLARS': 2.09}
        at = opened(Account(**QUIET, dynamo_audit_days=[day]))
        self.assertEqual(['1.29 M', '1,014', '0', '$2.09'], [metric.value for metric in at.metric])


class Loads(unittest.TestCase):
    def test_a_load_at_work_shows_bytes_rate_and_time_left(self):
        at = opened(Account(**QUIET, dynamo_loads=[load(state='running')]), part='Loads')
        self.assertEqual(['Rows a second', 'Time left', 'Rejected', 'Throttles'], [metric.label for metric in at.metric])
        self.assertEqual('6 min', at.metric[1].value)

    def test_a_run_is_redriven_with_other_options(self):
        account = Account(**QUIET, dynamo_loads=[load()], dynamo_load_rejects=[], dynamo_load_chunks=[])
        at = opened(account, part='Loads')
        at.selectbox(key='load').set_value('r1').run()
        at.text_input(key='options-r1').set_value('[1]').run()
        self.assertIn('not a JSON object', texts(at))
        at.text_input(key='options-r1').set_value('{"names":"lower"}').run()
        at.button(key='redrive-r1').click().run()
        self.assertIn(('SELECT redrive_dynamo_load(?, PARSE_JSON(?)::OBJECT)', ('r1', '{"names":"lower"}')), account.asked)

    def test_the_page_to_look_reads_and_calls_nothing(self):
        account = Account(dynamo_loads=[load()], dynamo_syncs=[sync(RUNS=1, LAST_AT=None)])
        for part, key, entry in (('Now', None, None), ('Loads', 'load', 'r1'), ('Syncs', 'sync', 'spend'), ('Item', None, None)):
            at = opened(account, page='look.py', part=part)
            if key is not None:
                at.selectbox(key=key).set_value(entry).run()
            self.assertFalse(at.exception)
        self.assertEqual([], [text for text, _ in account.asked if not re.match(r'SELECT .* FROM dynamo_\w+', text)])

    def test_no_load_yet(self):
        self.assertIn('load_to_dynamo', texts(opened(Account(**QUIET), part='Loads')))

    def test_a_run_whose_bytes_are_not_known_moves_by_chunks(self):
        at = opened(Account(**QUIET, dynamo_loads=[load(state='running', BYTES_TOTAL=None, BYTES_DONE=None, CHUNKS_SETTLED=82)]), part='Loads')
        self.assertEqual('11 min', at.metric[1].value)


class Syncs(unittest.TestCase):
    def test_those_in_trouble_come_first(self):
        at = opened(Account(dynamo_syncs=[sync('a'), sync('z', TASK_STATE='suspended')]), part='Syncs')
        self.assertEqual(['z', 'a'], list(at.dataframe[0].value['sync']))

    def test_one_whose_task_is_suspended_is_resumed(self):
        at = opened(Account(dynamo_syncs=[sync(TASK_STATE='suspended')]), part='Syncs')
        at.selectbox(key='sync').set_value('spend').run()
        self.assertEqual(['Refresh', 'Preview', 'Run now', 'Resume and run', 'Reconcile 1,000'], labels(at))

    def test_a_sync_with_names_and_messages_of_any_kind(self):
        account = Account(dynamo_syncs=[sync(NASTY, SOURCE=WIDE)], dynamo_sync_runs=[sync_run()], dynamo_sync_failures=[])
        at = opened(account, part='Syncs')
        at.selectbox(key='sync').set_value(NASTY).run()
        assert not at.exception, at.exception
        at.button(key=f'Run now-{NASTY}').click().run()
        self.assertIn(('CALL start_dynamo_sync(?)', (NASTY,)), account.asked)

    def test_ten_thousand_runs_are_asked_for_by_two_hundred(self):
        account = Account(dynamo_syncs=[sync()], dynamo_sync_runs=[sync_run(str(n)) for n in range(200)])
        at = opened(account, part='Syncs')
        at.selectbox(key='sync').set_value('spend').run()
        self.assertTrue(all('LIMIT' in asked[0] for asked in account.asked if 'FROM dynamo_' in asked[0] and 'count(' not in asked[0]))

    def test_keys_of_rows_set_aside_are_for_operators(self):
        aside = [{'KEY_TEXT': '{"ID":1}', 'CODE': 'missing_key', 'MESSAGE': 'm'}]
        account = Account(dynamo_syncs=[sync()], dynamo_sync_failures=aside)
        at = opened(account, page='look.py', part='Syncs')
        at.selectbox(key='sync').set_value('spend').run()
        self.assertTrue(all('dynamo_sync_failures' not in asked[0] for asked in account.asked))


class Item(unittest.TestCase):
    TABLES = [{'TABLES': '[{"table":"orders","keys":[{"name":"id","type":"N"}]}]'}]

    def looked_up(self, item):
        account = Account(**QUIET, dynamo_tables=self.TABLES, get_from_dynamo=[{'ITEM': item}] if isinstance(item, (str, type(None))) else item)
        at = opened(account, part='Item')
        at.text_input(key='item-key').set_value('{"id":1}').run()
        at.button(key='look-up').click().run()
        return at

    def test_all_digits_are_shown(self):
        at = self.looked_up('{"id":12345678901234567890123456789012345678,"f":1.50}')
        self.assertIn('12345678901234567890123456789012345678', texts(at))
        self.assertIn('1.50', texts(at))

    def test_no_item(self):
        self.assertIn('There is no item', texts(self.looked_up(None)))

    def test_a_key_that_cannot_be(self):
        self.assertIn('missing key', texts(self.looked_up(RuntimeError('missing key'))))

    def test_the_page_to_look_shows_no_item(self):
        account = Account(**QUIET, dynamo_tables=self.TABLES)
        at = opened(account, page='look.py', part='Item')
        self.assertEqual(['Refresh'], labels(at))
        self.assertEqual([], [asked for asked in account.asked if 'get_from' in asked[0]])


class Written(unittest.TestCase):
    def test_values_are_never_markup(self):
        from dynamo_page.text import plain

        self.assertEqual('\\$1 \\`c\\` \\<b\\>', plain('$1 `c` <b>'))

    def test_statements_are_shown_as_a_worksheet_takes_them(self):
        from dynamo_page.statement import Statement

        self.assertEqual("CALL f('it''s \\\\', NULL, 3);", Statement('CALL f(?, ?, ?)', ("it's \\", None, 3)).shown())


if __name__ == '__main__':
    unittest.main()

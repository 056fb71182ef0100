"""What `dynamo_attention` says by kind and cause, in words. Which statement mends it, the view says itself."""

from dataclasses import dataclass
from typing import Optional

from .statement import Statement
from .text import ago, bold, count, plain


@dataclass(frozen=True)
class Matter:
    """`mend` is shown; `press` is what the button does: the same, or a look where a person must decide first."""

    sentence: str
    mend: Optional[Statement]
    label: str
    press: Optional[Statement]


def _task_suspended(name, since, row):
    return f'Sync {name} has stood still since its last run, {since}: Snowflake has suspended its task.', 'Resume and run'


def _sync_held(name, since, row):
    return (
        f'Sync {name} waits for a run that began {since} and has not been heard of since. If it was cut off, let go of it and run it.',
        'Let go and run',
    )


def _sync_failed(name, since, row):
    if row['CAUSE'] == 'source_unreadable':
        return f'Sync {name} could not read its source, {since}. The owner role needs SELECT on it, or the source is gone.', 'Run now'
    return f'The last run of sync {name} failed, {since}.', 'Run now'


def _sync_overdue(name, since, row):
    return f'Sync {name} is late: its run was due {since}, and none was complete for {count(row["MATTERS"])} intervals.', 'Run now'


def _stream_gone(name, since, row):
    return f'The stream of sync {name} cannot be read any more, since {since}.', 'Run now'


def _stream_stale(name, since, row):
    return f'The stream of sync {name} goes stale in {count(row["MATTERS"])} hours; what it holds is lost then.', 'Run now'


def _rows_aside(name, since, row):
    return (
        f'Sync {name} has set {count(row["MATTERS"])} rows aside, the first {since}. They go when they change in the source, or when '
        'you send them again.',
        'Send again',
    )


def _load_failed(name, since, row):
    return f'Load {name} into {plain(row["TARGET_TABLE"])} has failed, {since}. What its other chunks held is loaded.', 'Redrive'


def _load_rows_aside(name, since, row):
    return (
        f'Load {name} into {plain(row["TARGET_TABLE"])} is complete, but {count(row["MATTERS"])} rows were rejected. Mend them or give '
        'other options, then redrive.',
        'Redrive',
    )


def _audit_behind(name, since, row):
    return f'Nothing has come from load {name} since {since}: what is shown of it may be out of date.', 'Fetch'


_KINDS = {
    'task_suspended': _task_suspended,
    'sync_held': _sync_held,
    'sync_failed': _sync_failed,
    'sync_overdue': _sync_overdue,
    'stream_gone': _stream_gone,
    'stream_stale': _stream_stale,
    'rows_aside': _rows_aside,
    'load_failed': _load_failed,
    'load_rows_aside': _load_rows_aside,
    'audit_behind': _audit_behind,
}


def matter_of(row: dict) -> Matter:
    """What a row of `dynamo_attention` says. A kind that this page does not know is told as the account says it."""
    name, since = bold(row['SUBJECT']), ago(row['SINCE'])
    mend = None if row['MEND'] is None else Statement(row['MEND'])
    if row['CAUSE'] == 'too_many_deletes':
        # Deleting is decided by a person with the statement, never by a press.
        sentence = (
            f'Sync {name} stands still, since {since}: it would delete more keys than it may. Look what it would delete; if that is '
            'right, allow it once by the statement.'
        )
        return Matter(sentence, mend, 'Preview', Statement('CALL preview_dynamo_sync(?)', (row['SUBJECT'],)))
    known = _KINDS.get(row['KIND'])
    if known is None:
        return Matter(f'{plain(row["KIND"])}: {name}, {since}.', mend, 'Mend', mend)
    sentence, label = known(name, since, row)
    return Matter(sentence, mend, label, mend)

"""What `dynamo_attention` says by kind and cause, in words, and the statements that mend it in one press."""

from dataclasses import dataclass
from typing import Optional, Tuple

from .statement import Statement
from .text import ago, bold, lasting, in_utc, now, plain


@dataclass(frozen=True)
class Mend:
    """`is_safe`: a button may run it. Where a person must decide first, the button looks and the statements are shown."""

    label: str
    statements: Tuple[Statement, ...]
    shown: Tuple[Statement, ...] = ()

    def to_show(self) -> Tuple[Statement, ...]:
        return self.shown or self.statements


@dataclass(frozen=True)
class Matter:
    sentence: str
    mend: Optional[Mend]


def _call(procedure: str, *params, tail: str = '') -> Statement:
    return Statement(f"CALL {procedure}({', '.join('?' for _ in params)}{tail})", params)


def _run_now(sync: str) -> Mend:
    return Mend('Run now', (_call('start_dynamo_sync', sync),))


def _let_go(sync: str) -> Mend:
    return Mend(
        'Let go and run',
        (_call('resume_dynamo_sync', sync, tail=", OBJECT_CONSTRUCT('force', TRUE)"), _call('start_dynamo_sync', sync)),
    )


def _look_at_deletes(sync: str) -> Mend:
    return Mend(
        'Preview',
        (_call('preview_dynamo_sync', sync),),
        (
            _call('run_dynamo_sync', sync, tail=", OBJECT_CONSTRUCT('max_delete_share', 1)"),
            _call('resume_dynamo_sync', sync),
        ),
    )


def _resume(sync: str) -> Mend:
    return Mend('Resume and run', (_call('resume_dynamo_sync', sync), _call('start_dynamo_sync', sync)))


def _redrive(run: str) -> Mend:
    return Mend('Redrive', (Statement('SELECT redrive_dynamo_load(?)', (run,)),))


def _task_suspended(row: dict) -> Matter:
    name, since = row['SUBJECT'], ago(row['SINCE'])
    if row['CAUSE'] == 'too_many_deletes':
        sentence = (
            f'Sync {bold(name)} has stood still since its last run, {since}: it would delete more keys than it may, so it '
            'stopped. Look what it would delete; if that is right, allow it once and resume.'
        )
        return Matter(sentence, _look_at_deletes(name))
    return Matter(
        f'Sync {bold(name)} has stood still since its last run, {since}: Snowflake has suspended its task.', _resume(name)
    )


def _sync_failed(row: dict) -> Matter:
    name, since = row['SUBJECT'], ago(row['SINCE'])
    if row['CAUSE'] == 'too_many_deletes':
        return Matter(
            f'Sync {bold(name)} would delete more keys than it may, {since}. Look what it would delete; if that is right, allow it once.',
            _look_at_deletes(name),
        )
    if row['CAUSE'] == 'source_unreadable':
        return Matter(
            f'Sync {bold(name)} could not read its source, {since}. The owner role needs SELECT on it, or the source is gone.',
            _run_now(name),
        )
    return Matter(f'The last run of sync {bold(name)} failed, {since}.', _run_now(name))


def _sync_held(row: dict) -> Matter:
    return Matter(
        f'Sync {bold(row["SUBJECT"])} waits for a run that began {ago(row["SINCE"])} and has not been heard of since. '
        'If it was cut off, let go of it and run it.',
        _let_go(row['SUBJECT']),
    )


def _sync_late(row: dict) -> Matter:
    return Matter(
        f'Sync {bold(row["SUBJECT"])} is late: no complete run since it was due, {ago(row["SINCE"])}.', _run_now(row['SUBJECT'])
    )


def _sync_incomplete(row: dict) -> Matter:
    return Matter(
        f'Rows of sync {bold(row["SUBJECT"])} have waited since {ago(row["SINCE"])} to be sent.', _run_now(row['SUBJECT'])
    )


def _stream_ends(row: dict) -> Matter:
    left = lasting(max(0.0, (in_utc(row['SINCE']) - now()).total_seconds()))
    return Matter(
        f'The stream of sync {bold(row["SUBJECT"])} goes stale in {left}; what it holds is lost then. A run reads it.',
        _run_now(row['SUBJECT']),
    )


def _stream_gone(row: dict) -> Matter:
    return Matter(
        f'The stream of sync {bold(row["SUBJECT"])} cannot be read any more, {ago(row["SINCE"])}: a run makes it again and '
        'compares everything.',
        _run_now(row['SUBJECT']),
    )


def _sync_rows_aside(row: dict) -> Matter:
    return Matter(
        f'Sync {bold(row["SUBJECT"])} has set rows aside since {ago(row["SINCE"])}. They go when they change in the source, '
        'or when you send them again.',
        Mend('Send again', (_call('run_dynamo_sync', row['SUBJECT']),)),
    )


def _load_failed(row: dict) -> Matter:
    return Matter(
        f'Load {bold(row["SUBJECT"])} into {plain(row["TARGET_TABLE"])} has failed, {ago(row["SINCE"])}. Its other chunks are loaded.',
        _redrive(row['SUBJECT']),
    )


def _load_stands(row: dict) -> Matter:
    return Matter(
        f'Load {bold(row["SUBJECT"])} into {plain(row["TARGET_TABLE"])} has not moved since {ago(row["SINCE"])}.', _redrive(row['SUBJECT'])
    )


def _load_rows_aside(row: dict) -> Matter:
    return Matter(
        f'Load {bold(row["SUBJECT"])} into {plain(row["TARGET_TABLE"])} is complete, but rows were set aside. '
        'Mend them or give other options, then redrive.',
        _redrive(row['SUBJECT']),
    )


def _audit_behind(row: dict) -> Matter:
    return Matter(f'Nothing has come from the loader since {ago(row["SINCE"])}: this page may be out of date.', None)


_KINDS = {
    'task_suspended': _task_suspended,
    'sync_failed': _sync_failed,
    'sync_held': _sync_held,
    'sync_overdue': _sync_late,
    'sync_incomplete': _sync_incomplete,
    'stream_stale': _stream_ends,
    'stream_gone': _stream_gone,
    'rows_aside': _sync_rows_aside,
    'load_failed': _load_failed,
    'load_stands': _load_stands,
    'load_rows_aside': _load_rows_aside,
    'audit_behind': _audit_behind,
}


def matter_of(row: dict) -> Matter:
    """What a row of `dynamo_attention` says. A kind that this page does not know is told as the account says it."""
    known = _KINDS.get(row['KIND'])
    if known is not None:
        return known(row)
    return Matter(f'{plain(row["KIND"])}: {bold(row["SUBJECT"])}, {ago(row["SINCE"])}.', None)

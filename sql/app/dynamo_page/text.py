"""Values in words: times, sizes, and text that must not be taken for markup."""

from datetime import datetime, timezone

_MARKUP = set('\\`*_{}[]()#+-.!|<>$:~&')


def plain(value) -> str:
    """A value inside a sentence: shown as it is, never read as markdown, colour, formula or link."""
    one_line = ' '.join(str(value).split())
    return ''.join('\\' + sign if sign in _MARKUP else sign for sign in one_line)


def bold(value) -> str:
    return f'**{plain(value)}**'


def now() -> datetime:
    return datetime.now(timezone.utc)


def in_utc(moment):
    """Snowflake gives zoned times in the session's zone, and those without a zone in UTC."""
    if moment is None:
        return None
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def stamp(moment) -> str:
    """Sorts as text in the order of time."""
    return '' if moment is None else in_utc(moment).strftime('%Y-%m-%d %H:%M')


def lasting(seconds: float) -> str:
    """`40 s`, `7 min`, `3 hours`, `2 days`."""
    for size, one, many in ((86400, 'day', 'days'), (3600, 'hour', 'hours')):
        if seconds >= size:
            count = int(seconds // size)
            return f'{count} {one if count == 1 else many}'
    return f'{int(seconds // 60)} min' if seconds >= 60 else f'{max(0, int(seconds))} s'


def ago(moment) -> str:
    if moment is None:
        return 'never'
    seconds = (now() - in_utc(moment)).total_seconds()
    return f'{lasting(seconds)} ago' if seconds >= 0 else f'in {lasting(-seconds)}'


def count(value) -> str:
    return '0' if value is None else f'{int(value):,}'


def rows_text(value) -> str:
    return '1 row' if value == 1 else f'{count(value)} rows'


def short(value) -> str:
    """`1.29 M`: for large figures alone."""
    number = float(value or 0)
    for size, sign in ((1e9, 'G'), (1e6, 'M')):
        if number >= size:
            return f'{number / size:.2f} {sign}'
    return f'{number:,.0f}'


def dollars(value) -> str:
    if value is None:
        return 'not known'
    amount = float(value)
    return f'${amount:,.2f}' if amount >= 0.01 or amount == 0 else f'${amount:.6f}'.rstrip('0')

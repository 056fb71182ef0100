"""Stands in for Snowpark's module of this name: a session whose statements go to the local worksheet over loopback.

PAGE_SESSION_URL says where it listens, PAGE_SESSION_TOKEN what it wants to hear; values come as Snowpark gives them.
"""

import json
import os
import re
import urllib.error
import urllib.request
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

_ZONED = re.compile(r'^(.*?)\s*(?:([+-])(\d\d):?(\d\d)|Z)$')


def _moment(text: str) -> datetime:
    zoned = _ZONED.match(text)
    bare = zoned.group(1) if zoned else text
    bare = re.sub(r'(\.\d{6})\d+$', r'\1', bare)
    moment = datetime.fromisoformat(bare if '.' not in bare else bare.ljust(len(bare.split('.')[0]) + 7, '0'))
    if not zoned:
        return moment
    sign, hours, minutes = zoned.group(2) or '+', int(zoned.group(3) or 0), int(zoned.group(4) or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    return moment.replace(tzinfo=timezone(offset if sign == '+' else -offset))


def _value(kind: str, text):
    if text is None:
        return None
    if kind.startswith('NUMBER'):
        return Decimal(text) if '.' in text else int(text)
    if kind.startswith('FLOAT'):
        return float(text)
    if kind.startswith('BOOLEAN'):
        return text.lower() == 'true'
    if kind.startswith('DATE'):
        return date.fromisoformat(text)
    return _moment(text) if kind.startswith('TIMESTAMP') else text


class Row:
    def __init__(self, values: dict):
        self._values = values

    def as_dict(self) -> dict:
        return dict(self._values)


class Frame:
    def __init__(self, text: str, params):
        self._asked = {'text': text, 'params': list(params or [])}

    def collect(self) -> list:
        request = urllib.request.Request(
            os.environ['PAGE_SESSION_URL'],
            data=json.dumps(self._asked).encode(),
            headers={'authorization': f'Bearer {os.environ["PAGE_SESSION_TOKEN"]}', 'content-type': 'application/json'},
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as reply:
                answer = json.load(reply)
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None
        kinds = answer['columns']
        return [Row({k['name']: _value(k['type'], v) for k, v in zip(kinds, row)}) for row in answer['rows']]


class Session:
    def sql(self, text: str, params=None) -> Frame:
        return Frame(text, params)


def get_active_session() -> Session:
    return Session()

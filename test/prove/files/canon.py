"""What a value of a column must be in a row: JSON, with numbers apart so that no digit is lost."""

import base64
import datetime
import decimal
import json

import pyarrow.types as t

PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def clock(ticks, unit):
    seconds, rest = divmod(ticks, PER_SECOND[unit])
    nanos = str(rest * (10**9 // PER_SECOND[unit])).rjust(9, "0")
    fraction = nanos if unit == "ns" else nanos[:6]
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction}"


def day(number):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=number)).strftime("%Y-%m-%d").rjust(10, "0")


def ticks_of(value, unit):
    if isinstance(value, int):
        return value
    if isinstance(value, datetime.datetime):
        past = value.replace(tzinfo=value.tzinfo or datetime.timezone.utc) - EPOCH
        micros = (past.days * 86400 + past.seconds) * 10**6 + past.microseconds
    else:
        micros = (value.hour * 3600 + value.minute * 60 + value.second) * 10**6 + value.microsecond
    return micros * PER_SECOND[unit] // 10**6


def canon(value, ty):
    if value is None or t.is_null(ty):
        return None
    if t.is_boolean(ty):
        return bool(value)
    if t.is_integer(ty):
        return {"$n": str(int(value))}
    if t.is_decimal(ty):
        return {"$n": format(decimal.Decimal(value), "f")}
    if t.is_float32(ty):
        return {"$f": repr(float(value))}
    if t.is_floating(ty):
        return {"$d": repr(float(value))}
    if t.is_date(ty):
        return day((value - datetime.date(1970, 1, 1)).days)
    if t.is_timestamp(ty):
        number, rest = divmod(ticks_of(value, ty.unit), PER_SECOND[ty.unit] * 86400)
        return f"{day(number)}T{clock(rest, ty.unit)}{'Z' if ty.tz else ''}"
    if t.is_time(ty):
        return clock(ticks_of(value, ty.unit), ty.unit)
    if t.is_string(ty) or t.is_large_string(ty) or t.is_string_view(ty):
        return value
    if t.is_binary(ty) or t.is_large_binary(ty) or t.is_fixed_size_binary(ty) or t.is_binary_view(ty):
        return base64.b64encode(value).decode()
    if t.is_dictionary(ty):
        return canon(value, ty.value_type)
    if t.is_map(ty):
        return {"$o": [[name(canon(k, ty.key_type)), canon(v, ty.item_type)] for k, v in value]}
    if t.is_struct(ty):
        return {"$o": [[field.name, canon(value[field.name], field.type)] for field in ty]}
    return [canon(member, ty.value_type) for member in value]


def name(key):
    return key if isinstance(key, str) else next(iter(key.values()))


def line(schema, values):
    return json.dumps({"$o": [[f.name, canon(v, f.type)] for f, v in zip(schema, values)]})

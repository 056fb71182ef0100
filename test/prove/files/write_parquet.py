"""Writes Parquet files by four writers into a folder, and beside each `<file>.want`: its rows as they were put in."""

import datetime as dt
import itertools
import os
import sys
from decimal import Decimal

import duckdb
import fastparquet
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from canon import line

FOLDER = sys.argv[1]
ROWS = 100
GROUPS = (1, 5, 100)
DATE, TIME = dt.date(2024, 2, 29), dt.time(23, 59, 59, 1)
STAMP = dt.datetime(1969, 12, 31, 23, 59, 59, 999999)
BIG, LEAST = Decimal("9" * 38), Decimal("-" + "9" * 38)

# Type, and values that its writers and readers tend to get wrong.
TYPES = {
    "i8": (pa.int8(), [-128, 127, 0]),
    "u8": (pa.uint8(), [255, 0]),
    "i16": (pa.int16(), [-32768, 32767]),
    "u16": (pa.uint16(), [65535, 0]),
    "i32": (pa.int32(), [-(2**31), 2**31 - 1, 0]),
    "u32": (pa.uint32(), [2**32 - 1, 0]),
    "i64": (pa.int64(), [-(2**63), 2**63 - 1, 2**53 + 1]),
    "u64": (pa.uint64(), [2**64 - 1, 0, 2**63]),
    "f32": (pa.float32(), [0.1, -1e-40, 3.4e38, 16777217.0]),
    "f64": (pa.float64(), [0.1, 5e-324, 1.7976931348623157e308, 1e21, 123456789.123456789]),
    "f16": (pa.float16(), [0.5, -2.0]),
    "bool": (pa.bool_(), [True, False]),
    "text": (pa.string(), ["", "a", "tĕxt 😀", "\x00", "x" * 300, "NULL"]),
    "big_text": (pa.large_string(), ["", "ü"]),
    "bytes": (pa.binary(), [b"", b"\x00\xff", b"\xc3"]),
    "fixed": (pa.binary(3), [b"\x00\x01\xff"]),
    "date": (pa.date32(), [DATE, dt.date(1, 1, 1), dt.date(9999, 12, 31)]),
    "ts_ms": (pa.timestamp("ms"), [dt.datetime(2024, 1, 2, 3, 4, 5, 678000), dt.datetime(1, 1, 1)]),
    "ts_us": (pa.timestamp("us"), [STAMP, dt.datetime(9999, 12, 31, 23, 59, 59, 999999)]),
    "ts_ns": (pa.timestamp("ns"), [dt.datetime(2024, 1, 2, 3, 4, 5, 678901)]),
    "ts_tz": (pa.timestamp("us", tz="UTC"), [STAMP.replace(tzinfo=dt.timezone.utc)]),
    "time_ms": (pa.time32("ms"), [dt.time(23, 59, 59, 999000)]),
    "time_us": (pa.time64("us"), [TIME]),
    "d9": (pa.decimal128(9, 2), [Decimal("-12.34"), Decimal("0.00")]),
    "d18": (pa.decimal128(18, 4), [Decimal("123456789012.3456")]),
    "d38": (pa.decimal128(38, 0), [BIG, LEAST, Decimal(0)]),
    "d38s": (pa.decimal128(38, 38), [Decimal("0." + "1234567890" * 3 + "12345678")]),
    "word": (pa.dictionary(pa.int32(), pa.string()), ["happy", "sad"]),
    "list": (pa.list_(pa.int64()), [[1, None, 2**53 + 1], [], [None]]),
    "lists": (pa.list_(pa.list_(pa.string())), [[["a"], [], None, ["b", None]], [], [[]], [None]]),
    "struct": (pa.struct([("a", pa.int32()), ("b", pa.string())]), [{"a": 1, "b": None}, {"a": None, "b": ""}]),
    "deep": (
        pa.list_(pa.struct([("k", pa.string()), ("v", pa.list_(pa.struct([("x", pa.decimal128(9, 1))])))])),
        [[{"k": "a", "v": [{"x": Decimal("1.5")}, None]}, None, {"k": None, "v": None}], [], [{"k": "", "v": []}]],
    ),
    "map": (pa.map_(pa.string(), pa.int64()), [[("a", 1), ("__proto__", None)], []]),
    "map_dec": (pa.map_(pa.decimal128(9, 2), pa.string()), [[(Decimal("1.50"), "x")]]),
    "maps": (pa.map_(pa.int32(), pa.list_(pa.map_(pa.string(), pa.bool_()))), [[(1, [[("t", True)], None]), (2, [])]]),
    "nothing": (pa.null(), [None]),
}


def column(values, pattern, rows):
    cycle = itertools.islice(itertools.cycle(values), rows)
    if pattern == "full":
        return list(cycle)
    if pattern == "none":
        return [None] * rows
    # Whole row groups of NULLs and of values, and both mixed.
    return [None if (n // 10) % 3 == 0 or n % 4 == 1 else v for n, v in enumerate(cycle)]


def table(names, rows=ROWS):
    fields, columns = [], []
    for name, pattern in itertools.product(names, ("full", "some", "none")):
        ty, values = TYPES[name]
        fields.append(pa.field(f"{name}_{pattern}", ty))
        columns.append(pa.array(column(values, pattern, rows), ty))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


# What was put in is written down once for each source; the files of one source are links to it.
wanted = {}


def emit(name, source, write):
    write(os.path.join(FOLDER, name))
    want = os.path.join(FOLDER, name + ".want")
    if id(source) in wanted:
        os.link(wanted[id(source)][0], want)
        return
    with open(want, "w") as out:
        for row in zip(*[column.to_pylist() for column in source.columns]):
            out.write(line(source.schema, row) + "\n")
    wanted[id(source)] = (want, source)


everything = list(TYPES)
full, empty = table(everything), table(everything, 0)

# pyarrow: pages v1 and v2, every codec, dictionaries on and off, pages that are cut anywhere.
for page, codec, group, dictionary, size in itertools.product(
    ("1.0", "2.0"), ("none", "snappy", "gzip", "zstd", "brotli", "lz4"), GROUPS, (True, False), (None, 64)
):
    options = {"data_page_version": page, "compression": codec, "row_group_size": group, "use_dictionary": dictionary}
    if size is not None:
        options |= {"data_page_size": size, "write_batch_size": 3}
    emit(
        f"pyarrow-{page}-{codec}-{group}-{dictionary}-{size}.parquet",
        full,
        lambda path: pq.write_table(full, path, **options),
    )
for page, codec in itertools.product(("1.0", "2.0"), ("none", "snappy", "gzip", "zstd", "brotli", "lz4")):
    emit(
        f"pyarrow-empty-{page}-{codec}.parquet",
        empty,
        lambda path: pq.write_table(empty, path, data_page_version=page, compression=codec),
    )
ENCODINGS = {"i32": "DELTA_BINARY_PACKED", "i64": "DELTA_BINARY_PACKED", "text": "DELTA_BYTE_ARRAY", "bytes": "DELTA_LENGTH_BYTE_ARRAY",
             "f32": "BYTE_STREAM_SPLIT", "f64": "BYTE_STREAM_SPLIT", "fixed": "BYTE_STREAM_SPLIT", "bool": "RLE", "d38": "BYTE_STREAM_SPLIT"}
encoded = table(list(ENCODINGS))
for page, codec, group in itertools.product(("1.0", "2.0"), ("none", "zstd"), GROUPS):
    by_column = {f.name: ENCODINGS[f.name.rsplit("_", 1)[0]] for f in encoded.schema}
    emit(
        f"pyarrow-encodings-{page}-{codec}-{group}.parquet",
        encoded,
        lambda path: pq.write_table(
            encoded, path, data_page_version=page, compression=codec, row_group_size=group, use_dictionary=False, column_encoding=by_column
        ),
    )

# DuckDB: what it has as a type of its own; its groups are of whole vectors.
of_duckdb = [n for n in everything if n not in ("f16", "big_text", "fixed", "ts_tz", "time_ms", "word", "nothing")]
for rows in (0, ROWS, 5000):
    source = table(of_duckdb, rows)
    connection = duckdb.connect()
    connection.register("source", source)
    for version, codec in itertools.product(("v1", "v2"), ("uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw")):
        how = f"format parquet, parquet_version {version}, compression {codec}, row_group_size 2048"
        emit(f"duckdb-{version}-{codec}-{rows}.parquet", source, lambda path: connection.execute(f"copy source to '{path}' ({how})"))

# polars: no maps, no time of milliseconds.
of_polars = [n for n in everything if not n.startswith("map") and n not in ("f16", "fixed", "time_ms", "time_us", "big_text", "nothing", "word")]
for rows in (0, ROWS):
    source = table(of_polars, rows)
    frame = pl.from_arrow(source)
    for codec, group, size in itertools.product(("uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4"), GROUPS, (None, 64)):
        emit(
            f"polars-{codec}-{group}-{size}-{rows}.parquet",
            source,
            lambda path: frame.write_parquet(path, compression=codec, row_group_size=group, data_page_size=size),
        )

# fastparquet: flat columns of pandas, also timestamps as INT96.
of_fastparquet = ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64", "bool", "text", "bytes", "ts_ns"]
source = table([n for n in of_fastparquet])
keep = [f.name for f in source.schema if not f.name.endswith("_none")]
source = source.select(keep)
NULLABLE = {pa.int8(): "Int8", pa.uint8(): "UInt8", pa.int16(): "Int16", pa.uint16(): "UInt16", pa.int32(): "Int32",
            pa.uint32(): "UInt32", pa.int64(): "Int64", pa.uint64(): "UInt64", pa.bool_(): "boolean", pa.float32(): "Float32", pa.float64(): "Float64"}
frame = pd.DataFrame(
    {
        f.name: pd.array(c.to_pylist(), dtype=NULLABLE[f.type])
        if f.type in NULLABLE
        else pd.Series(c.to_pylist(), dtype="datetime64[ns]" if pa.types.is_timestamp(f.type) else object)
        for f, c in zip(source.schema, source.columns)
    }
)
objects = {f.name: "utf8" if pa.types.is_string(f.type) else "bytes" for f in source.schema if f.type in (pa.string(), pa.binary())}
for codec, group, times in itertools.product((None, "SNAPPY", "GZIP", "ZSTD", "BROTLI", "LZ4_RAW"), GROUPS, ("int64", "int96")):
    emit(
        f"fastparquet-{codec}-{group}-{times}.parquet",
        source,
        lambda path: fastparquet.write(
            path, frame, compression=codec, row_group_offsets=list(range(0, ROWS, group)), times=times, object_encoding=objects, write_index=False
        ),
    )

/** Expressions of one function, and what Snowflake gives: NULLs, empty input, rounding, ranges. */
export type Given = readonly (readonly [expression: string, value: string | null])[]

export const textFunctions: Given = [
  ["initcap('')", ''],
  ["initcap('o''neil and-co', ' ')", "O'neil And-co"],
  ["strtok('a.b', '', 1)", 'a.b'],
  ["strtok('', '')", null],
  ["strtok('a b', ' ', 3)", null],
  ["editdistance('ü', 'u')", '1'],
  ["editdistance('日本', '日本語')", '1'],
  ["editdistance('kitten', 'sitting')", '3'],
  ["editdistance('', 'ab')", '2'],
  ["reverse('ab' || chr(769))", `${String.fromCodePoint(769)}ba`],
  ["reverse('')", ''],
  ["split('a,b', null)", null],
  ["split('ab', '')", '["ab"]'],
  ["position('', 'abc')", '1'],
  ["position('b', 'abcb', 3)", '4'],
  ["charindex('x', '')", '0'],
  ["lpad('abc', 2, 'x')", 'ab'],
  ["rpad('a', -1)", ''],
  ["repeat('a', -1) || space(-1) || space(1)", ' '],
  ["replace('abc', 'b')", 'ac'],
  ["translate('abc', 'ab', 'x')", 'xc'],
  ["left('abc', -1) || right('abc', 9)", 'abc'],
  ["substr('abc', 0) || substr('abc', -2) || substr('abc', 2, -1)", 'abcbc'],
  ["split_part('a.b.c', '.', -1) || split_part('a.b.c', '.', 9)", 'c'],
  ["regexp_substr('abc', 'z')", null],
  ["rlike('abc', 'b')", 'FALSE'],
  ["len('') || length('é') || octet_length('é')", '012'],
  ["ascii('')", '0'],
  ["md5_hex('') = md5('')", 'TRUE'],
  ["sha1('abc')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ["sha2_hex('abc') = sha2('abc', 256)", 'TRUE'],
  ["base64_decode_string(base64_encode('é'))", 'é'],
  ["hex_decode_string(hex_encode('é'))", 'é'],
  ["concat('a', null)", null],
  ["concat_ws(',', 'a', null)", null],
  ["concat_ws(',', 'a', 'b')", 'a,b']
]

export const numberFunctions: Given = [
  ['round(2.5) || round(-2.5) || round(1.005, 2)', '3-31.01'],
  ['round(15, -1)', '20'],
  ['round(1.5, null)', null],
  ['2.5::float::int || 0.5::float::int', '31'],
  ["try_to_number('1_000')", null],
  ["try_to_decimal('') is null and try_to_numeric('x') is null", 'TRUE'],
  ["to_numeric('1e2')", '100'],
  ["to_number('12.55', 10, 1)", '12.6'],
  ["to_double('-inf')", '-inf'],
  ["try_to_double('1_0')", null],
  ["try_to_boolean('x')", null],
  ["try_to_boolean('T')", 'TRUE'],
  ['trunc(159, -1)', '150'],
  ['ceiling(-0.5)', '0'],
  ['pow(2, 10)', '1024'],
  ['log(2, 8)', '3'],
  ['round(ln(exp(1)), 9)', '1'],
  ['round(cbrt(27), 9)', '3'],
  ['round(degrees(pi()) + radians(180) - pi(), 9)', '180'],
  ['sin(0) + tan(0) + asin(0) + acos(1) + atan(0) + atan2(0, 1) + cos(0)', '1'],
  ['bitshiftleft(1, 3) + bitshiftright(-8, 1)', '4'],
  ['div0null(1, null)', '0.000000'],
  ['mod(-7, 3)', '-1'],
  ['greatest(1, null)', null],
  ['boolor(null, true)', 'TRUE'],
  ['boolnot(null)', null]
]

export const dateFunctions: Given = [
  ["to_date('20240510')", '1970-08-23'],
  ["try_to_date('2024/01/05')", null],
  ["try_to_date('12024-01-01')", null],
  ["try_to_date('2024-01-05 BC')", null],
  ["date('10-May-2024')", '2024-05-10'],
  ["to_timestamp_ntz('1577836800123')", '2020-01-01 00:00:00.123'],
  ["to_timestamp('2024-01-05 10')", '2024-01-05 10:00:00.000'],
  ["try_to_timestamp_ntz('2024-01-05 24:00:00')", null],
  ["to_timestamp('Thu, 21 Dec 2000 16:01:07.125 +0200')", '2000-12-21 16:01:07.125'],
  ["to_timestamp('Thu, 21 Dec 2000 04:01:07.5 PM')", '2000-12-21 16:01:07.500'],
  ["to_timestamp_ltz('Thu, 21 Dec 2000 16:01:07 +0200')", '2000-12-21 14:01:07.000 +0000'],
  ["to_timestamp_ltz('Mon Jul 08 18:09:51 +0000 2013')", '2013-07-08 18:09:51.000 +0000'],
  ["try_to_timestamp('Thu, 32 Dec 2000 16:01:07')", null],
  ["try_to_timestamp('21 Dec 2000 16:01:07')", null],
  ["try_to_timestamp('Thu, 21 Dec 2000 13:01:07 PM')", null],
  ["try_to_timestamp('1/2/2024 24:04:05')", null],
  ["try_to_timestamp('1/2/2024 3:60:05')", null],
  ["try_to_timestamp('02/30/2024 3:04:05')", null],
  ["to_timestamp_ltz('9999999999')", '2286-11-20 17:46:39.000 +0000'],
  ["to_timestamp('-1700000000000')", '1916-02-18 01:46:40.000'],
  ["to_time('10:30')", '10:30:00'],
  ["try_to_time('24:00:00')", null],
  ["try_to_time('2024-01-05 10:11:12')", null],
  ["convert_timezone('UTC', to_timestamp_ltz('2024-01-05 10:11:12 +0100'))", '2024-01-05 09:11:12.000 +0000'],
  ["dayofmonth('2024-05-10')", '10'],
  ["weekofyear('2024-12-30') || yearofweekiso('2024-12-30')", '12025'],
  ['timestamp_ntz_from_parts(2024, 2, 29, 23, 59, 59)', '2024-02-29 23:59:59.000'],
  ["timestampadd(month, 1, '2024-01-31'::date)", '2024-02-29'],
  ["timeadd(hour, 1, '2024-01-01'::date)", '2024-01-01 01:00:00.000'],
  ["timediff(week, '2024-01-07'::date, '2024-01-08'::date)", '1'],
  ['datediff(day, null, current_date())', null],
  ["to_char('2024-05-10 13:05:09.123456789'::timestamp, 'FF9')", '123456789'],
  ['getdate() = localtimestamp()', 'TRUE'],
  ['year(sysdate()) >= 2024', 'TRUE']
]

export const variantFunctions: Given = [
  ["parse_json('')", null],
  ["try_parse_json('{')", null],
  ["is_varchar('a'::variant) and is_boolean(true::variant) and is_object(parse_json('{}'))", 'TRUE'],
  ["is_decimal(parse_json('1.5')) and is_double(parse_json('1'))", 'TRUE'],
  ['is_varchar(null::variant)', null],
  ["as_object(parse_json('1'))", null],
  ['to_object(parse_json(\'{"a":1}\'))', '{"a":1}'],
  ['to_array(1)', '[1]'],
  ['to_array(null)', null],
  ["object_pick(object_construct('a', 1), 'z')", '{}'],
  ['array_construct_compact(1, null)', '[1]'],
  ['get(array_construct(1, 2), -1)', null],
  ["array_contains(1::variant, parse_json('[1.0]'))", 'TRUE'],
  ["system$typeof('a')", 'VARCHAR(16777216)[LOB]'],
  ['current_user() = current_role() and current_account() is not null', 'TRUE'],
  ['current_transaction()', null]
]

/** Over the values of `given(x)`: NULL, 1, 2, 4. */
export const aggregateFunctions: Given = [
  ['count(x)', '3'],
  ['avg(x)', '2.333333'],
  ['sum(x)', '7'],
  ['round(stddev_samp(x), 6)', '1.527525'],
  ['round(stddev_pop(x), 6)', '1.247219'],
  ['round(variance(x) - var_samp(x) + var_pop(x), 6)', '1.555556'],
  ['booland_agg(x > 1)', 'FALSE'],
  ['boolor_agg(x > 3)', 'TRUE'],
  ['count_if(x > 1)', '2'],
  ["listagg(x, ',') within group (order by x)", '1,2,4'],
  ['array_agg(x) within group (order by x)', '[1,2,4]']
]
/** The same over no rows at all. */
export const emptyAggregates: Given = [
  ['count(x)', '0'],
  ['count_if(x > 1)', '0'],
  ['sum(x)', null],
  ['avg(x)', null],
  ['min(x)', null],
  ['stddev(x)', null],
  ['booland_agg(x > 1)', null],
  ["listagg(x, ',')", ''],
  ['array_agg(x)', '[]']
]
/** Over the rows 1, 2, 4 in their order; the value of the last one. */
export const windowFunctions: Given = [
  ['dense_rank() over (order by x)', '3'],
  ['percent_rank() over (order by x)', '1'],
  ['cume_dist() over (order by x)', '1'],
  ['ntile(2) over (order by x)', '2'],
  ['nth_value(x, 2) over (order by x)', '2'],
  ['lead(x) over (order by x)', null]
]

/** Where Snowflake reads or refuses what the worksheet would get wrong: refused by name. */
export const refused: readonly (readonly [expression: string, message: string])[] = [
  ["strtok('a b', ' ', 0)", 'counts tokens from 1'],
  ["position('b', 'abcb', -1)", 'A start before the text'],
  ["regexp_replace('abc', '', 'x')", 'An empty pattern'],
  ["base64_encode('616263'::binary)", 'BASE64_ENCODE of a BINARY'],
  ["md5('616263'::binary)", 'MD5 of a BINARY'],
  ["'1_000'::int", "'1_000' is not recognized"],
  ["'1e400'::float", 'out of range'],
  ['power(-1, 0.5)', 'Invalid floating point operation'],
  ['log(1, 5)', 'Division by zero'],
  ["parse_json('nan')", 'The word nan in JSON'],
  ["try_parse_json('[NaN]')", 'The word NaN in JSON'],
  ["to_time('10:30:15 PM')", 'This form of a TIME'],
  ["try_to_time('10:30:15 +02:00')", 'This form of a TIME'],
  ["try_to_time('10:30:15.123456789')", 'This form of a TIME'],
  ["try_to_time('1030')", 'This form of a TIME'],
  ["try_to_timestamp('Thu, 21 Dec 2000')", 'with the name of a day'],
  ["to_char(current_timestamp(), 'FF3 FF6')", 'More than one fraction']
]

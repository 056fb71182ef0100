-- Snowflake's functions as DuckDB macros: one name, one definition.
--
-- A macro sf_x is what a user calls as X. The name of a parameter (without digits) says what it takes, and the
-- worksheet converts the argument as Snowflake would or refuses it:
--   text     VARCHAR; numbers, dates and VARIANT scalars become text
--   number   NUMBER or FLOAT          whole   a number, as BIGINT
--   day      DATE                     moment  DATE or TIMESTAMP (text is read as TIMESTAMP)
--   flag     BOOLEAN                  variant a VARIANT, OBJECT or ARRAY
--   item     anything, as a VARIANT
-- Functions whose meaning depends on the types or the number of arguments are in …-functions.ts, aggregates
-- in aggregates.ts. The variant_… functions are in variant-functions.ts: they keep all digits.

-- Less than nothing is nothing. DuckDB's greatest would make a NULL of it nothing, too.
CREATE MACRO count_of(x) AS CASE WHEN x < 0 THEN 0 ELSE x END;

-- Text
CREATE MACRO sf_upper(text) AS upper(text);
CREATE MACRO sf_lower(text) AS lower(text);
CREATE MACRO sf_length(text) AS length(text);
CREATE MACRO sf_len(text) AS length(text);
CREATE MACRO sf_trim(text) AS trim(text, ' '), (text, text2) AS trim(text, text2);
CREATE MACRO sf_ltrim(text) AS ltrim(text, ' '), (text, text2) AS ltrim(text, text2);
CREATE MACRO sf_rtrim(text) AS rtrim(text, ' '), (text, text2) AS rtrim(text, text2);
CREATE MACRO sf_left(text, whole) AS left(text, count_of(whole));
CREATE MACRO sf_right(text, whole) AS right(text, count_of(whole));
CREATE MACRO sf_lpad(text, whole) AS lpad(text, count_of(whole)::INTEGER, ' '),
  (text, whole, text2) AS lpad(text, count_of(whole)::INTEGER, text2);
CREATE MACRO sf_rpad(text, whole) AS rpad(text, count_of(whole)::INTEGER, ' '),
  (text, whole, text2) AS rpad(text, count_of(whole)::INTEGER, text2);
CREATE MACRO sf_repeat(text, whole) AS repeat(text, count_of(whole));
CREATE MACRO sf_space(whole) AS repeat(' ', count_of(whole));
-- By characters; DuckDB's own keeps an accent behind its letter.
CREATE MACRO sf_reverse(text) AS array_to_string(list_reverse(regexp_extract_all(text, '(?s).')), '');
CREATE MACRO sf_replace(text, text2) AS replace(text, text2, ''), (text, text2, text3) AS replace(text, text2, text3);
CREATE MACRO sf_translate(text, text2, text3) AS translate(text, text2, text3);
CREATE MACRO sf_contains(text, text2) AS contains(text, text2);
CREATE MACRO sf_startswith(text, text2) AS starts_with(text, text2);
CREATE MACRO sf_endswith(text, text2) AS ends_with(text, text2);
CREATE MACRO sf_position(text, text2) AS strpos(text2, text), (text, text2, whole) AS CASE
  WHEN whole < 1 THEN error('A start before the text is not supported in the local worksheet')
  WHEN strpos(substr(text2, whole), text) = 0 THEN 0 ELSE strpos(substr(text2, whole), text) + whole - 1 END;
CREATE MACRO sf_charindex(text, text2) AS strpos(text2, text), (text, text2, whole) AS sf_position(text, text2, whole);
-- A word ends at these characters, and not at an apostrophe; or at those that are named.
CREATE MACRO capitalised(text, words) AS CASE text WHEN '' THEN '' ELSE list_aggregate(list_transform(
  regexp_extract_all(text, words), lambda w: upper(left(w, 1)) || lower(substr(w, 2))), 'string_agg', '') END;
CREATE MACRO sf_initcap(text) AS
  capitalised(text, '[\s!?@"^#$&~_,.:;+\-*%/|\\\[\](){}<>]+|[^\s!?@"^#$&~_,.:;+\-*%/|\\\[\](){}<>]+'),
  (text, text2) AS capitalised(text, CASE text2 WHEN '' THEN '(?s).+'
    ELSE '[' || regexp_escape(text2) || ']+|[^' || regexp_escape(text2) || ']+' END);
CREATE MACRO token_of(x, ends, nth) AS CASE
  WHEN ends IS NULL THEN NULL
  WHEN nth < 1 THEN error('STRTOK counts tokens from 1')
  WHEN ends = '' THEN CASE WHEN x <> '' AND nth = 1 THEN x END
  ELSE list_filter(string_split_regex(x, '[' || regexp_escape(coalesce(nullif(ends, ''), ' ')) || ']'), lambda t: t <> '')[nth] END;
CREATE MACRO sf_strtok(text) AS token_of(text, ' ', 1), (text, text2) AS token_of(text, text2, 1),
  (text, text2, whole) AS token_of(text, text2, whole);
CREATE MACRO sf_ascii(text) AS ascii(text);
CREATE MACRO sf_chr(whole) AS chr(whole::INTEGER);
CREATE MACRO sf_editdistance(text, text2) AS edit_distance(text, text2);
CREATE MACRO sf_uuid_string() AS CAST(uuid() AS VARCHAR);

-- Position 0 counts as 1. From the right, a start before the text is where the engines differ.
CREATE MACRO substring_start(text, whole) AS CASE
  WHEN whole < -length(text) THEN error('SUBSTR from before the start of the text is not supported in the local worksheet')
  WHEN whole = 0 THEN 1 ELSE whole END;
CREATE MACRO sf_substr(text, whole) AS substr(text, substring_start(text, whole)),
  (text, whole, whole2) AS substr(text, substring_start(text, whole), count_of(whole2));
CREATE MACRO sf_substring(text, whole) AS sf_substr(text, whole),
  (text, whole, whole2) AS sf_substr(text, whole, whole2);
CREATE MACRO sf_split_part(text, text2, whole) AS CASE
  WHEN text2 = '' THEN CASE WHEN whole IN (0, 1, -1) THEN text ELSE '' END
  ELSE split_part(text, text2, CASE whole WHEN 0 THEN 1 ELSE whole END) END;
CREATE MACRO sf_split(text, text2) AS to_json(CASE WHEN text IS NULL OR text2 IS NULL THEN NULL WHEN text2 = '' THEN [text] ELSE string_split(text, text2) END);

-- Regular expressions: LIKE and RLIKE match the whole text, the others any part of it
CREATE MACRO regexp_with(pattern, flags) AS CASE WHEN flags IS NULL THEN NULL WHEN flags IN ('', 'c', 'e') THEN pattern
  WHEN flags IN ('i', 'm', 's') THEN '(?' || flags || ')' || pattern
  ELSE error('These parameters of a regular expression are not supported in the local worksheet') END;
-- What an empty pattern matches is not documented.
CREATE MACRO some_pattern(x) AS CASE x WHEN '' THEN error('An empty pattern is not supported in the local worksheet') ELSE x END;
CREATE MACRO sf_regexp_like(text, text2) AS regexp_full_match(text, text2),
  (text, text2, text3) AS regexp_full_match(text, regexp_with(text2, text3));
CREATE MACRO sf_rlike(text, text2) AS sf_regexp_like(text, text2),
  (text, text2, text3) AS sf_regexp_like(text, text2, text3);
CREATE MACRO replace_matches(x, pattern, put, start, nth) AS CASE
  WHEN start IS NULL OR nth IS NULL THEN NULL
  WHEN start = 1 AND nth = 0 THEN regexp_replace(x, some_pattern(pattern), put, 'g')
  WHEN start = 1 AND nth = 1 THEN regexp_replace(x, some_pattern(pattern), put)
  ELSE error('REGEXP_REPLACE of one later match is not supported in the local worksheet') END;
CREATE MACRO sf_regexp_replace(text, text2) AS regexp_replace(text, some_pattern(text2), '', 'g'),
  (text, text2, text3) AS regexp_replace(text, some_pattern(text2), text3, 'g'),
  (text, text2, text3, whole, whole2) AS replace_matches(text, text2, text3, whole, whole2),
  (text, text2, text3, whole, whole2, text4) AS replace_matches(text, regexp_with(text2, text4), text3, whole, whole2);
CREATE MACRO sf_regexp_substr(text, text2) AS
  CASE WHEN regexp_matches(text, some_pattern(text2)) THEN regexp_extract(text, text2) END,
  (text, text2, whole) AS regexp_extract_all(substr(text, whole), some_pattern(text2))[1],
  (text, text2, whole, whole2) AS regexp_extract_all(substr(text, whole), some_pattern(text2))[whole2],
  (text, text2, whole, whole2, text3) AS regexp_extract_all(substr(text, whole), regexp_with(text2, text3),
    CASE WHEN contains(text3, 'e') THEN 1 ELSE 0 END)[whole2],
  (text, text2, whole, whole2, text3, whole3) AS
    regexp_extract_all(substr(text, whole), regexp_with(text2, text3), CAST(whole3 AS INTEGER))[whole2];
CREATE MACRO sf_octet_length(text) AS strlen(text);
CREATE MACRO sf_regexp_count(text, text2) AS len(regexp_extract_all(text, some_pattern(text2)));

-- Hashes and encodings
CREATE MACRO sf_md5(text) AS md5(text);
CREATE MACRO sf_md5_hex(text) AS md5(text);
CREATE MACRO sf_sha1(text) AS sha1(text);
CREATE MACRO sf_sha2(text) AS sha256(text),
  (text, whole) AS CASE WHEN whole IS NULL THEN NULL WHEN whole = 256 THEN sha256(text) ELSE error('SHA2 of other than 256 bits is not supported in the local worksheet') END;
CREATE MACRO sf_sha2_hex(text) AS sha256(text);
CREATE MACRO sf_base64_encode(text) AS to_base64(encode(text));
CREATE MACRO sf_base64_decode_string(text) AS decode(from_base64(text));
CREATE MACRO sf_hex_encode(text) AS hex(encode(text));
CREATE MACRO sf_hex_decode_string(text) AS decode(unhex(text));

-- Numbers
CREATE MACRO nonzero(x) AS CASE WHEN x = 0 THEN error('Division by zero') ELSE x END;
CREATE MACRO sf_abs(number) AS abs(number);
CREATE MACRO sf_sign(number) AS sign(number);
CREATE MACRO sf_round(number) AS round(number), (number, whole) AS round(number, CAST(whole AS INTEGER));
CREATE MACRO sf_floor(number) AS floor(number);
CREATE MACRO sf_ceil(number) AS ceil(number);
CREATE MACRO sf_ceiling(number) AS ceil(number);
CREATE MACRO power_of(x, y) AS CASE WHEN isnan(power(x, y)) AND NOT isnan(x) AND NOT isnan(y)
  THEN error('Invalid floating point operation: pow(' || x || ',' || y || ')') ELSE power(x, y) END;
CREATE MACRO sf_power(number, number2) AS power_of(number::DOUBLE, number2::DOUBLE);
CREATE MACRO sf_pow(number, number2) AS power_of(number::DOUBLE, number2::DOUBLE);
CREATE MACRO sf_square(number) AS power(number::DOUBLE, 2);
CREATE MACRO sf_sqrt(number) AS sqrt(number::DOUBLE);
CREATE MACRO sf_exp(number) AS exp(number::DOUBLE);
CREATE MACRO sf_ln(number) AS ln(number::DOUBLE);
CREATE MACRO sf_log(number, number2) AS ln(number2::DOUBLE) / nonzero(ln(number::DOUBLE));
CREATE MACRO sf_pi() AS pi();
CREATE MACRO sf_degrees(number) AS degrees(number::DOUBLE);
CREATE MACRO sf_radians(number) AS radians(number::DOUBLE);
CREATE MACRO sf_sin(number) AS sin(number::DOUBLE);
CREATE MACRO sf_cos(number) AS cos(number::DOUBLE);
CREATE MACRO sf_tan(number) AS tan(number::DOUBLE);
CREATE MACRO sf_atan(number) AS atan(number::DOUBLE);
CREATE MACRO sf_atan2(number, number2) AS atan2(number::DOUBLE, number2::DOUBLE);
CREATE MACRO sf_cbrt(number) AS cbrt(number::DOUBLE);
CREATE MACRO sf_asin(number) AS asin(number::DOUBLE);
CREATE MACRO sf_acos(number) AS acos(number::DOUBLE);
CREATE MACRO sf_bitand(whole, whole2) AS whole & whole2;
CREATE MACRO sf_bitor(whole, whole2) AS whole | whole2;
CREATE MACRO sf_bitxor(whole, whole2) AS xor(whole, whole2);
CREATE MACRO sf_bitnot(whole) AS ~whole;
CREATE MACRO sf_bitshiftleft(whole, whole2) AS whole << whole2;
CREATE MACRO sf_bitshiftright(whole, whole2) AS whole >> whole2;

-- Dates. Weeks are ISO weeks and Sunday is 0, as with Snowflake's WEEK_START = 0 and WEEK_OF_YEAR_POLICY = 0.
CREATE MACRO sf_year(moment) AS year(moment);
CREATE MACRO sf_quarter(moment) AS quarter(moment);
CREATE MACRO sf_month(moment) AS month(moment);
CREATE MACRO sf_day(moment) AS day(moment);
CREATE MACRO sf_dayofmonth(moment) AS day(moment);
CREATE MACRO sf_dayofyear(moment) AS dayofyear(moment);
CREATE MACRO sf_dayofweek(moment) AS dayofweek(moment);
CREATE MACRO sf_dayofweekiso(moment) AS isodow(moment);
CREATE MACRO sf_week(moment) AS week(moment);
CREATE MACRO sf_weekofyear(moment) AS week(moment);
CREATE MACRO sf_weekiso(moment) AS week(moment);
CREATE MACRO sf_yearofweekiso(moment) AS isoyear(moment);
CREATE MACRO sf_hour(moment) AS hour(moment);
CREATE MACRO sf_minute(moment) AS minute(moment);
CREATE MACRO sf_second(moment) AS second(moment);
CREATE MACRO sf_dayname(moment) AS left(dayname(moment), 3);
CREATE MACRO sf_monthname(moment) AS left(monthname(moment), 3);
CREATE MACRO sf_last_day(moment) AS last_day(moment), (moment, text) AS CAST(CASE lower(text)
  WHEN 'month' THEN last_day(moment) WHEN 'year' THEN make_date(year(moment), 12, 31)
  WHEN 'quarter' THEN last_day(date_trunc('quarter', moment) + to_months(2)) WHEN 'week' THEN date_trunc('week', moment) + to_days(6)
  ELSE error('LAST_DAY of a ' || text || ' is not supported in the local worksheet') END AS DATE);
CREATE MACRO sf_booland(flag, flag2) AS flag AND flag2;
CREATE MACRO sf_boolor(flag, flag2) AS flag OR flag2;
CREATE MACRO sf_boolxor(flag, flag2) AS flag <> flag2;
CREATE MACRO sf_boolnot(flag) AS NOT flag;
CREATE MACRO sf_add_months(day, whole) AS CAST(CASE
  WHEN day = last_day(day) THEN last_day(day + to_months(whole::INTEGER)) ELSE day + to_months(whole::INTEGER) END AS DATE);
CREATE MACRO sf_date_from_parts(whole, whole2, whole3) AS make_date(whole, whole2, whole3);
CREATE MACRO sf_timestamp_from_parts(whole, whole2, whole3, whole4, whole5, whole6) AS
  make_timestamp(whole, whole2, whole3, whole4, whole5, whole6::DOUBLE);
CREATE MACRO sf_timestamp_ntz_from_parts(whole, whole2, whole3, whole4, whole5, whole6) AS
  make_timestamp(whole, whole2, whole3, whole4, whole5, whole6::DOUBLE);
-- Not current_date: an item without an alias has that very name, and DuckDB would read it as the item.
-- The time is that of the statement, not of the transaction as DuckDB's now() would have it.
CREATE MACRO statement_moment() AS CAST(getvariable('statement_time') AS TIMESTAMPTZ);
CREATE MACRO sf_current_date() AS CAST(CAST(statement_moment() AS TIMESTAMP) AS DATE);
CREATE MACRO sf_current_timestamp() AS statement_moment();
CREATE MACRO sf_localtimestamp() AS statement_moment();
CREATE MACRO sf_getdate() AS statement_moment();
CREATE MACRO sf_sysdate() AS CAST(statement_moment() AS TIMESTAMP);

-- VARIANT, OBJECT, ARRAY
CREATE MACRO sf_parse_json(text) AS variant_parse(text);
CREATE MACRO sf_try_parse_json(text) AS variant_try_parse(text);
CREATE MACRO sf_to_json(variant) AS CAST(variant AS VARCHAR);
CREATE MACRO sf_to_variant(item) AS item;
CREATE MACRO sf_to_object(variant) AS variant_as(variant, 'OBJECT');
CREATE MACRO sf_to_array(item) AS variant_as(item, 'ARRAY');
CREATE MACRO sf_as_object(variant) AS CASE variant_type(variant) WHEN 'OBJECT' THEN variant END;
CREATE MACRO sf_typeof(variant) AS variant_type(variant);
CREATE MACRO sf_strip_null_value(variant) AS CASE WHEN CAST(variant AS VARCHAR) <> 'null' THEN variant END;
CREATE MACRO sf_is_integer(variant) AS variant_type(variant) = 'INTEGER';
CREATE MACRO sf_is_decimal(variant) AS variant_type(variant) IN ('INTEGER', 'DECIMAL');
CREATE MACRO sf_is_double(variant) AS variant_type(variant) IN ('INTEGER', 'DECIMAL', 'DOUBLE');
CREATE MACRO sf_is_varchar(variant) AS variant_type(variant) = 'VARCHAR';
CREATE MACRO sf_is_boolean(variant) AS variant_type(variant) = 'BOOLEAN';
CREATE MACRO sf_is_array(variant) AS variant_type(variant) = 'ARRAY';
CREATE MACRO sf_is_object(variant) AS variant_type(variant) = 'OBJECT';
CREATE MACRO sf_is_null_value(variant) AS CAST(variant AS VARCHAR) = 'null';
CREATE MACRO sf_get(variant, item) AS variant_item(variant, item);
CREATE MACRO sf_get_path(variant, text) AS variant_get(variant, text);
CREATE MACRO sf_object_keys(variant) AS variant_object_keys(variant);
CREATE MACRO sf_object_insert(variant, text, item) AS variant_object_insert(variant, text, item, false),
  (variant, text, item, flag) AS variant_object_insert(variant, text, item, flag);
CREATE MACRO array_text(variant) AS CAST(variant_as(variant, 'ARRAY') AS VARCHAR);
CREATE MACRO joined_arrays(a, b) AS CAST(CASE WHEN a = '[]' THEN b WHEN b = '[]' THEN a
  ELSE left(a, length(a) - 1) || ',' || substr(b, 2) END AS JSON);
CREATE MACRO sf_array_cat(variant, variant2) AS joined_arrays(array_text(variant), array_text(variant2));
CREATE MACRO defined_item(item) AS '[' || coalesce(CAST(item AS VARCHAR),
  error('A NULL in an ARRAY (undefined in Snowflake) is not supported in the local worksheet')) || ']';
CREATE MACRO sf_array_append(variant, item) AS joined_arrays(array_text(variant), defined_item(item));
CREATE MACRO sf_array_prepend(variant, item) AS joined_arrays(defined_item(item), array_text(variant));
CREATE MACRO sf_array_size(variant) AS variant_size(variant);
CREATE MACRO sf_array_contains(item, variant) AS variant_contains(item, variant);
CREATE MACRO sf_array_to_string(variant, text) AS variant_join(variant, text);

-- Conversions that the worksheet itself writes
CREATE MACRO decimal_text(x) AS regexp_replace(CAST(x AS VARCHAR), '^(-?)\.', '\10.');
CREATE MACRO float_text(x) AS CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN regexp_replace(CAST(x AS VARCHAR), 'inity', '') ELSE regexp_replace(CAST(x AS VARCHAR), '\.0$', '') END;
-- The session's output formats are variables: alter-session.ts.
CREATE MACRO timestamp_text(x) AS strftime(x, coalesce(getvariable('timestamp_format'), '%Y-%m-%d %H:%M:%S.%g'));
CREATE MACRO zoned_text(x) AS strftime(CAST(x AS TIMESTAMP), coalesce(getvariable('zoned_format'), '%Y-%m-%d %H:%M:%S.%g +0000'));
CREATE MACRO date_text(x) AS CASE WHEN getvariable('date_format') IS NULL THEN CAST(x AS VARCHAR) ELSE strftime(x, coalesce(getvariable('date_format'), '%Y')) END;
CREATE MACRO float_json(x) AS CASE WHEN x IS NULL OR isfinite(x) THEN CAST(float_text(x) AS JSON)
  ELSE error('A VARIANT of NaN or infinity is not supported in the local worksheet') END;
CREATE MACRO decimal_json(x) AS
  CAST(regexp_replace(regexp_replace(decimal_text(x), '(\.\d*[1-9])0+$', '\1'), '\.0+$', '') AS JSON);
-- AUTO of a TIME. DuckDB would drop PM, an offset and a date before it without a word.
CREATE MACRO clock_text(x) AS CASE
  WHEN regexp_full_match(x, '\s*([01]?\d|2[0-3]):\d{1,2}(:\d{1,2}(\.\d{0,6}0*)?)?\s*') THEN x
  WHEN regexp_matches(x, '^\s*\d{1,2}:\d') AND NOT regexp_matches(x, '^\s*(2[4-9]|[3-9]\d):') OR regexp_full_match(x, '\s*\d+\s*')
    THEN error('This form of a TIME is not supported in the local worksheet') ELSE '?' || x END;
-- A moment moved in microseconds, with the nanoseconds that it had.
CREATE MACRO with_nanoseconds(moved, x) AS make_timestamp_ns(epoch_ns(CAST(moved AS TIMESTAMP_NS)) + epoch_ns(x) - epoch_us(x) * 1000);
CREATE MACRO time_text(x) AS CASE WHEN getvariable('time_format') IS NULL THEN left(CAST(x AS VARCHAR), 8) ELSE strftime(DATE '1970-01-01' + x, coalesce(getvariable('time_format'), '%H')) END;
-- TIMESTAMP_NTZ keeps the clock time and drops an offset; DuckDB would move the clock to UTC.
CREATE MACRO without_offset(x) AS regexp_replace(x, '(:\d\d(\.\d+)?)\s*(Z|[+-]\d\d(:?\d\d)?)$', '\1');
-- Seconds, milliseconds, microseconds or nanoseconds since 1970, by their size, as TO_TIMESTAMP guesses them.
CREATE MACRO epoch_timestamp(x) AS make_timestamp(CAST(CASE
  WHEN abs(x) < 31536000000 THEN CAST(x AS DECIMAL(38,6)) * 1000000
  WHEN abs(x) < 31536000000000 THEN CAST(x AS DECIMAL(38,6)) * 1000
  WHEN abs(x) < 31536000000000000 THEN x ELSE trunc(x / 1000) END AS BIGINT));
CREATE MACRO epoch_timestamp_ns(x) AS CASE WHEN abs(x) < 31536000000000000 THEN CAST(epoch_timestamp(x) AS TIMESTAMP_NS)
  ELSE make_timestamp_ns(CAST(x AS BIGINT)) END;
-- '2024-01-31 10:00:00 +0200' as DuckDB writes it: +02:00.
CREATE MACRO with_offset(x) AS regexp_replace(x, '(:\d\d(?:\.\d+)?)\s*([+-]\d\d):?(\d\d)$', '\1\2:\3');
-- DuckDB's sum of decimals wraps around beyond 38 digits.
CREATE MACRO checked_sum(total, rough, most) AS CASE WHEN abs(rough) >= most
  THEN error('Number out of representable range: the sum has more than 38 digits') ELSE total END;
-- DuckDB reads 1_000 as a number, and too large a FLOAT as infinity.
CREATE MACRO digits_text(x) AS CASE WHEN contains(x, '_') THEN '?' || x ELSE x END;
CREATE MACRO finite_float(x, written) AS CASE WHEN isinf(x) AND regexp_matches(written, '\d')
  THEN error('Numeric value ''' || written || ''' is out of range') ELSE x END;
CREATE MACRO hex_binary(x) AS CASE WHEN length(x) % 2 = 1
  THEN error('The text is not a legal hex-encoded string') ELSE unhex(x) END;
CREATE MACRO random_number() AS CAST(hash(random()) AS DECIMAL(38,0)) - 9223372036854775808::DECIMAL(38,0);
CREATE MACRO seeded_number(seed, nth) AS CAST(hash(seed, nth) AS DECIMAL(38,0)) - 9223372036854775808::DECIMAL(38,0);
CREATE MACRO uniform_whole(low, high, source) AS
  low + CAST(hash(source) % CAST(high - low + 1 AS UBIGINT) AS BIGINT);
CREATE MACRO uniform_float(low, high, source) AS low + (hash(source) / 18446744073709551616.0) * (high - low);

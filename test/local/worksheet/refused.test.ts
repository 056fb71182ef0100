import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScripted } from './open-scripted.ts'

let sheet: Awaited<ReturnType<typeof openScripted>>
beforeAll(async () => {
  sheet = await openScripted()
  await sheet.run("create table t as select 1 as a, parse_json('{\"x\":1}') v, 'q' s")
})
afterAll(() => sheet.worksheet.close())

describe('what the worksheet cannot do as Snowflake does, it refuses by name', () => {
  it.each([
    ["select soundex('a')", 'SOUNDEX'],
    ['select median(a) from t', 'MEDIAN'],
    ["select hash('a')", 'HASH'],
    ["select to_char(1234.5, '999.00')", 'TO_CHAR of number with a format'],
    ["select to_char(current_date, 'Q')", 'format element'],
    ["select to_timestamp_tz('2024-01-01 00:00:00 +0200')", 'TO_TIMESTAMP_TZ'],
    ["select '2024-01-01'::timestamp_tz", 'TIMESTAMP_TZ'],
    ["select {'a': null}", 'NULL in an object constant'],
    ['select {*} from (select 1 as a)', ''],
    ["alter session set timezone = 'Europe/Rome'", 'ALTER SESSION SET TIMEZONE'],
    ["alter session set date_output_format = 'QQ'", 'format element'],
    ['select array_construct(1, null)', 'undefined in Snowflake'],
    ['select v + 1 from t', 'VARIANT in +'],
    ['select s + 1 from t', 'VARCHAR in +'],
    ['select a from t order by v', 'ORDER BY a VARIANT'],
    ['select max(v) from t', 'MAX of a VARIANT'],
    ["select v:x = 'q' from t", 'Comparing a VARIANT that holds INTEGER with VARCHAR'],
    ["select iff(true, 1, 'a')", 'Mixing NUMBER(38,0) and VARCHAR'],
    ['select 1 union all select s from t', 'Mixing'],
    ['select v from t union all select s from t', 'set operation of a VARIANT'],
    ["select substr('abc', -5)", 'SUBSTR from before the start'],
    ['select sha2(s, 512) from t', 'SHA2 of other than 256 bits'],
    ['select 5 & 3', 'BITWISE AND'],
    ['select a, count(*) from t group by rollup(a)', 'ROLLUP'],
    ['select * from t pivot (sum(a) for s in (1, 2))', 'PIVOT'],
    ['select * from t at(offset => -60)', 'A table with WHEN'],
    ['select * from db.public.t', 'A name with a schema (DB.PUBLIC.T)'],
    ['copy into @s from t file_format = (type = csv)', 'A file format CSV'],
    ['create procedure p() returns varchar language python as $$ x $$', 'A procedure in PYTHON'],
    ["execute immediate 'select 1; select 2'", 'EXECUTE IMMEDIATE of several statements'],
    ["execute immediate 'select ?' using (x)", 'EXECUTE IMMEDIATE with USING'],
    ["select to_char(current_timestamp, 'HH:MI')", 'format element'],
    ['select array_append([1], null)', 'undefined in Snowflake'],
    ["select regexp_replace('aaa', 'a', 'x', 1, 2)", 'REGEXP_REPLACE of one later match'],
    ['create schema s', 'CREATE SCHEMA'],
    ["alter session set timezone = 'UTC'", 'ALTER SESSION'],
    ['grant select on t to role r', 'GRANT'],
    ['create table x (id int autoincrement)', 'AUTO INCREMENT'],
    ['create table x (g geography)', 'GEOGRAPHY'],
    ['select any_value(a) over (order by a groups between 1 preceding and current row) from t', 'frame'],
    ['select dateadd(fortnight, 1, current_date)', "date part 'FORTNIGHT'"],
    ['select uniform(a, 5, random()) from t', 'UNIFORM with bounds'],
    ['select f.value from t left join lateral flatten(v) f on a = 1', 'FLATTEN with a condition']
  ])('%s', async (sql, name) => {
    await expect(sheet.run(sql)).rejects.toThrow(name)
  })
})

describe('what Snowflake refuses, the worksheet refuses', () => {
  it.each([
    ['select nocol from t', "invalid identifier 'NOCOL'"],
    ['call p(1)', 'Unknown user-defined function P'],
    ['select "a" from t', "invalid identifier 'a'"],
    ['select * from nosuch', "Object 'NOSUCH' does not exist or not authorized."],
    ['select 1 / 0', 'Division by zero'],
    ['select mod(1, 0)', 'Division by zero'],
    ["select 'abc'::number", "Numeric value 'abc' is not recognized"],
    ["select 'maybe'::boolean", "Boolean value 'maybe' is not recognized"],
    ["select '2024-02-30'::date", "Date '2024-02-30' is not recognized"],
    ["select parse_json('{oops')", 'Error parsing JSON'],
    ["select object_construct('a', 1, 'a', 2)", "Duplicate field key 'a'"],
    ["select object_insert(object_construct('a', 1), 'a', 2)", "Duplicate field key 'a'"],
    ['select upper()', 'not enough arguments for function [UPPER]'],
    ["select upper('a', 'b')", 'too many arguments for function [UPPER]'],
    ['select s:x from t', "Invalid argument types for function 'GET_PATH'"],
    ['select a from t u join t u on 1 = 1', "duplicate alias 'U'"],
    ['select a from t x join t y on x.a = y.a', "ambiguous column name 'A'"],
    ['select 1 union all select 1, 2', 'invalid number of result columns'],
    ['select row_number() from t', 'needs OVER'],
    ['select 99999999999999999999999999999999999999 * 10', 'Number out of representable range'],
    [
      'select sum(x) from (select 99999999999999999999999999999999999999 x union all select 99999999999999999999999999999999999999)',
      'Number out of representable range'
    ],
    ['select 1000::number(3,0)', 'Number out of representable range: type NUMBER(3,0), value 1000'],
    ["select '1x'::int", "Numeric value '1x' is not recognized"],
    ["select '25:00:00'::time", "Time '25:00:00' is not recognized"],
    ["select 'epoch'::timestamp", "Timestamp 'epoch' is not recognized"],
    ["select 'infinity'::date", "Date 'infinity' is not recognized"],
    ['select $9 from t', "invalid identifier '$9'"],
    ["select 'x'::timestamp", "Timestamp 'x' is not recognized"],
    ["select 'abc'::binary", 'not a legal hex-encoded string'],
    ['select (select column1 from values (1), (2))', 'Single-row subquery returns more than one row'],
    ['select s, count(*) from t', "'S' in select clause is neither an aggregate nor in the group by clause"],
    ['select parse_json(\'{"a":{"b":1,"b":2}}\')', 'Error parsing JSON: duplicate object attribute "b"'],
    ['create table t (a int)', "Object 'T' already exists."],
    ['drop table nosuch', "Table 'NOSUCH' does not exist"]
  ])('%s', async (sql, message) => {
    await expect(sheet.run(sql)).rejects.toThrow(message)
  })
})

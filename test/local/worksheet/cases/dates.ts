import { type Case, cell, column, row } from './case.ts'

export const dates: readonly Case[] = [
  row(
    "select '2024-01-31'::date, date '2024-02-01', to_date('2024-03-01')",
    '2024-01-31',
    '2024-02-01',
    '2024-03-01'
  ),
  row(
    "select to_date('10-May-2024'), '05/10/2024'::date, try_to_date('31-Feb-2024'), try_to_date('13/01/2024')",
    '2024-05-10',
    '2024-05-10',
    null,
    null
  ),
  row(
    "select 'Thu, 21 Dec 2000 16:01:07 +0200'::timestamp_ntz, 'Thu, 21 Dec 2000 04:01:07 PM'::timestamp, '05/10/2024 10:11:12'::timestamp",
    '2000-12-21 16:01:07.000',
    '2000-12-21 16:01:07.000',
    '2024-05-10 10:11:12.000'
  ),
  cell("select 'Thu, 21 Dec 2000 16:01:07 +0200'::timestamp_ltz::timestamp_ntz", '2000-12-21 14:01:07.000'),
  cell("select '2024-01-31 10:11:12'::timestamp", '2024-01-31 10:11:12.000'),
  cell("select '2024-01-31 10:11:12.3456'::timestamp_ntz", '2024-01-31 10:11:12.345'),
  cell("select '2024-01-31T10:00:00+02:00'::timestamp_ntz", '2024-01-31 10:00:00.000'),
  cell("select '2024-01-31T10:00:00+02:00'::timestamp_ltz::timestamp_ntz", '2024-01-31 08:00:00.000'),
  row(
    "select dateadd(day, 1, '2024-02-28'::date), dateadd(month, 1, '2024-01-31'::date), dateadd('year', -1, '2024-02-29'::date)",
    '2024-02-29',
    '2024-02-29',
    '2023-02-28'
  ),
  row(
    "select dateadd(hour, 1, '2024-01-01'::date), dateadd(minute, -1, '2024-01-01 00:00:00'::timestamp)",
    '2024-01-01 01:00:00.000',
    '2023-12-31 23:59:00.000'
  ),
  cell("select dateadd(week, 2, '2024-01-01'::date)", '2024-01-15'),
  cell("select dateadd(quarter, 1, '2024-01-31'::date)", '2024-04-30'),
  row(
    "select datediff(day, '2024-01-01'::date, '2024-03-01'::date), datediff(month, '2024-01-31'::date, '2024-02-01'::date), datediff(year, '2023-12-31'::date, '2024-01-01'::date)",
    '60',
    '1',
    '1'
  ),
  row(
    "select datediff(hour, '2024-01-01 00:59:00'::timestamp, '2024-01-01 01:00:00'::timestamp), datediff('minute', '2024-01-01 00:00:59'::timestamp, '2024-01-01 00:01:00'::timestamp)",
    '1',
    '1'
  ),
  cell("select datediff(week, '2024-01-05'::date, '2024-01-08'::date)", '1'),
  cell("select datediff(second, '2024-01-01 00:00:10'::timestamp, '2024-01-01 00:00:00'::timestamp)", '-10'),
  cell("select timestampdiff(day, '2024-01-01', '2024-01-02')", '1'),
  row(
    "select date_trunc('month', '2024-02-15'::date), date_trunc('week', '2024-01-07'::date), date_trunc(hour, '2024-01-01 10:30:00'::timestamp)",
    '2024-02-01',
    '2024-01-01',
    '2024-01-01 10:00:00.000'
  ),
  row(
    "select last_day('2024-02-03'::date), add_months('2024-02-29'::date, 1), add_months('2024-01-31'::date, 1)",
    '2024-02-29',
    '2024-03-31',
    '2024-02-29'
  ),
  row(
    'select year(joined), month(joined), day(joined), quarter(joined) from customers where id = 1',
    '2024',
    '1',
    '31',
    '1'
  ),
  row(
    "select week('2024-12-30'::date), weekiso('2024-12-30'::date), dayofweek('2024-01-07'::date), dayofweekiso('2024-01-07'::date), dayofyear('2024-02-01'::date)",
    '1',
    '1',
    '0',
    '7',
    '32'
  ),
  row("select dayname('2024-01-01'::date), monthname('2024-01-01'::date)", 'Mon', 'Jan'),
  row('select hour(placed), minute(placed), second(placed) from orders where id = 101', '23', '59', '59'),
  row(
    "select extract(year from '2024-05-06'::date), date_part('month', '2024-05-06'::date), date_part(epoch_second, '2024-01-01'::timestamp)",
    '2024',
    '5',
    '1704067200'
  ),
  row(
    "select to_char('2024-01-31'::date, 'YYYY-MM-DD'), to_char('2024-01-31'::date, 'DD/MM/YY'), to_varchar('2024-01-31'::date, 'MON DD, YYYY')",
    '2024-01-31',
    '31/01/24',
    'Jan 31, 2024'
  ),
  cell(
    "select to_char('2024-01-31 13:05:09.123'::timestamp, 'YYYYMMDD HH24:MI:SS.FF3')",
    '20240131 13:05:09.123'
  ),
  cell(`select to_char('2024-01-31 13:05:09'::timestamp, 'YYYY-MM-DD"T"HH12:MI AM')`, '2024-01-31T01:05 PM'),
  row(
    "select to_date('31/01/2024', 'DD/MM/YYYY'), to_timestamp('20240131 1005', 'YYYYMMDD HH24MI')",
    '2024-01-31',
    '2024-01-31 10:05:00.000'
  ),
  row("select try_to_date('nope'), try_to_timestamp('2024-13-01')", null, null),
  row(
    'select to_timestamp(1700000000), to_timestamp(1700000000000)',
    '2023-11-14 22:13:20.000',
    '2023-11-14 22:13:20.000'
  ),
  row(
    "select joined + 1, joined - 31, joined - '2024-01-01'::date from customers where id = 1",
    '2024-02-01',
    '2023-12-31',
    '30'
  ),
  row(
    "select '2024-01-31'::date + interval '1 month', '2024-01-31 10:00:00'::timestamp + interval '2 hours'",
    '2024-02-29',
    '2024-01-31 12:00:00.000'
  ),
  column("select id from customers where joined >= '2024-01-31' order by id", '1', '2'),
  column(
    "select id from orders where placed between '2024-01-01' and '2024-01-02 23:00:00' order by id",
    '100'
  ),
  column("select id from orders where placed::date = '2024-01-02'", '101'),
  row(
    "select '2024-01-31'::date::varchar, placed::varchar from orders where id = 100",
    '2024-01-31',
    '2024-01-01 10:00:00.000'
  ),
  cell("select '2024-01-31'::timestamp = '2024-01-31'::date", 'TRUE'),
  row(
    'select current_date = current_date(), current_timestamp() >= current_date, sysdate() is not null',
    'TRUE',
    'TRUE',
    'TRUE'
  ),
  row(
    'select date_from_parts(2024, 2, 29), timestamp_from_parts(2024, 1, 2, 3, 4, 5)',
    '2024-02-29',
    '2024-01-02 03:04:05.000'
  ),
  cell("select '2024-01-31 10:00:00 +0000'::timestamp_ltz", '2024-01-31 10:00:00.000 +0000'),
  cell('select max(joined) from customers', '2024-02-29'),
  cell("select trunc('2024-05-17'::date, 'month')", '2024-05-01'),
  cell("select coalesce(joined, '2000-01-01') from customers where id = 4", '2000-01-01'),
  row(
    "select last_day('2024-02-10'::date, 'year'), last_day('2024-02-10'::date, 'quarter'), last_day('2024-02-10'::date, 'week')",
    '2024-12-31',
    '2024-03-31',
    '2024-02-11'
  ),
  row(
    "select to_time('10:11:12.345'), '10:11:12.9'::time || '', '2024-01-05 10:11:12'::timestamp::time",
    '10:11:12',
    '10:11:12',
    '10:11:12'
  ),
  row(
    'select to_timestamp(1700000000123, 3), to_timestamp(1700000000, 0), to_timestamp(1700000000123456789, 9)',
    '2023-11-14 22:13:20.123',
    '2023-11-14 22:13:20.000',
    '2023-11-14 22:13:20.123'
  ),
  row("select try_to_date('infinity'), try_cast('epoch' as timestamp)", null, null)
]

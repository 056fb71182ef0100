import { type Case, cell, column, row } from './case.ts'

export const numbers: readonly Case[] = [
  // Literals are fixed point, those with an exponent too.
  row(
    'select 9007199254740993 = 9007199254740992 * 1e0, 9007199254740993 + 1e0',
    'FALSE',
    '9007199254740994'
  ),
  row('select 1.5e3, 1e-5, 0e5, 1.0e27 = 1000000000000000000000000000', '1500', '0.00001', '0', 'TRUE'),
  row('select count_if(x > 1), count_if(x is null) from (select null::int as x)', '0', '1'),
  cell('select count_if(x > 1) from (select 1 as x) where x > 5', '0'),
  cell('select count_if(distinct x > 0) from (values (1), (2), (null)) v(x)', '1'),
  row('select 1/3, 10/4, 2/3', '0.333333', '2.500000', '0.666667'),
  cell('select -1/3', '-0.333333'),
  cell('select 10.00/3', '3.33333333'),
  cell('select 1/3*3', '0.999999'),
  cell('select 123456789012345678901234567890/4', '30864197253086419725308641972.500000'),
  cell('select 1::float/3', '0.3333333333333333'),
  row('select 2147483647 + 1, 9223372036854775807 + 1', '2147483648', '9223372036854775808'),
  cell('select 9223372036854775807 * 10', '92233720368547758070'),
  row('select 1.5 * 2, 1.10 + 2, 0.1 + 0.2', '3.0', '3.10', '0.3'),
  row('select round(2.5), round(-2.5), round(1.005, 2), round(1234, -2)', '3', '-3', '1.01', '1200'),
  row('select trunc(1.567, 2), trunc(-1.9), truncate(2.9)', '1.56', '-1', '2'),
  row('select 2 * power(3, 2), 3 * abs(-2)', '18', '6'),
  row('select ceil(1.1), floor(-1.1), ceil(-0.5)', '2', '-2', '0'),
  row('select mod(7, 3), mod(-7, 3), 7 % -3', '1', '-1', '1'),
  row('select abs(-5), sign(-2.5), square(3), power(2, 10), sqrt(16)', '5', '-1', '9', '1024', '4'),
  row("select '12.5'::number, '12.5'::number(10,1), '-0.5'::number(38,0)", '13', '12.5', '-1'),
  row('select 1.5::int, 2.5::int, -1.5::int', '2', '3', '-2'),
  row('select bitand(12, 10), bitor(12, 10), bitxor(12, 10), bitnot(0)', '8', '14', '6', '-1'),
  row('select div0(1, 0), div0(10, 4), div0(null, 0)', '0.000000', '2.500000', null),
  row('select zeroifnull(null), nullifzero(0), nullifzero(5)', '0', null, '5'),
  row('select greatest(1, 2.5, 2), least(3, 1), greatest(1, null)', '2.5', '1', null),
  row(
    "select try_to_number('x'), try_to_number('12'), to_number('12.345', 10, 2), to_decimal('7')",
    null,
    '12',
    '12.35',
    '7'
  ),
  row("select try_cast('abc' as int), try_cast('5' as int)", null, '5'),
  column('select avg(spend) from customers', '11.91666667'),
  row('select avg(id), sum(id), min(id), max(id) from customers', '2.500000', '10', '1', '4'),
  row('select sum(spend), count(spend), count(*) from customers', '35.75', '3', '4'),
  cell('select sum(n) from big', '12345678901234567890123456789012345678'),
  cell("select '5' + 1", '6'),
  row('select 5 = 5.0, 1 < 1.5, 3 between 1 and 2.5', 'TRUE', 'TRUE', 'FALSE'),
  row('select 1e3, 1.0::float, 0.1::float, 1e20::float', '1000', '1', '0.1', '1e+20'),
  column('select 1 as x union all select 1.4 order by 1', '1.0', '1.4'),
  cell('select coalesce(null, 1, 1.25)', '1.00'),
  cell('select iff(false, 1, 2.5)', '2.5'),
  cell('select case when 1 = 0 then 1 else 0.75 end', '0.75'),
  column('select column1 from values (1), (2.5)', '1.0', '2.5'),
  row(
    'select n, d from big',
    '12345678901234567890123456789012345678',
    '1234567890123456789012345678.0123456789'
  ),
  cell('select sum(item:qty::int) from orders', '13'),
  cell('select ratio_to_report(id) over () from customers where id in (1, 3) order by 1 limit 1', '0.250000'),
  cell('select stddev(id) from customers where id < 3', '0.7071067811865476'),
  cell('select -(-5)', '5'),
  cell('select true::int + 1', '2'),
  row(
    "select .5, 0.25::number(2,2), (-.5)::varchar, '0.5'::number(3,3) || '', object_construct('a', .25::number(2,2))",
    '0.5',
    '0.25',
    '-0.5',
    '0.500',
    '{"a":0.25}'
  ),
  row("select 'nan'::float, '-inf'::float, 'nan'::float = 'nan'::float", 'NaN', '-inf', 'TRUE')
]

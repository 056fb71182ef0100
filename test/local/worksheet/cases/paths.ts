import { type Case, cell, column, row, rows } from './case.ts'

export const paths: readonly Case[] = [
  column('select item:sku from orders order by id', '"a1"', '"b2"', '"c3"'),
  column('select item:sku::varchar from orders order by id', 'a1', 'b2', 'c3'),
  column("select id from orders where item:sku::varchar = 'b2'", '101'),
  column("select id from orders where item:sku = 'b2'", '101'),
  column('select id from orders where item:qty > 3', '101'),
  column('select id from orders where item:qty between 2 and 10 order by id', '100', '101'),
  column("select id from orders where item:sku in ('a1', 'c3') order by id", '100', '102'),
  column('select item:tags[0]::varchar from orders order by id', 'x', null, null),
  cell('select item:tags[1] from orders where id = 100', '"y"'),
  cell("select item['to']['name']::varchar from orders where id = 102", 'Zoe'),
  cell('select item:to.zip::varchar from orders where id = 102', '01234'),
  cell('select item:to.zip::number from orders where id = 102', '1234'),
  row(
    'select item:gift, item:gift::varchar, item:nothing, is_null_value(item:gift) from orders where id = 102',
    'null',
    null,
    null,
    'TRUE'
  ),
  cell('select item:Sku from orders where id = 100', null),
  row(
    "select get(item, 'qty'), get(item:tags, 1), get_path(item, 'to.name') from orders where id = 100",
    '2',
    '"y"',
    null
  ),
  cell('select item:price::number(10,2) from orders where id = 100', '49.95'),
  cell('select item:price::number from orders where id = 100', '50'),
  cell('select upper(item:sku) from orders where id = 100', 'A1'),
  cell("select item:sku || '-' || item:qty from orders where id = 100", 'a1-2'),
  cell('select parse_json(\'{"a":{"b c":[{"d":true}]}}\'):a["b c"][0].d::boolean', 'TRUE'),
  cell(
    'select parse_json(\'{"n":{"big":12345678901234567890123456789012345678}}\'):n',
    '{"big":12345678901234567890123456789012345678}'
  ),
  rows(
    'select f.index, f.value::varchar from orders o, lateral flatten(input => o.item:tags) f order by 1',
    ['0', 'x'],
    ['1', 'y']
  ),
  rows(
    'select o.id, f.value::varchar from orders o, lateral flatten(input => o.item:tags, outer => true) f order by 1, 2',
    ['100', 'x'],
    ['100', 'y'],
    ['101', null],
    ['102', null]
  ),
  rows(
    'select f.key, f.value, f.path, f.seq from table(flatten(parse_json(\'{"a":1,"b":[2]}\'))) f',
    ['a', '1', 'a', '1'],
    ['b', '[2]', 'b', '1']
  ),
  rows(
    "select index, value, this from table(flatten(input => parse_json('[7,8]')))",
    ['0', '7', '[7,8]'],
    ['1', '8', '[7,8]']
  ),
  column(
    'select path from table(flatten(input => parse_json(\'{"a":[{"b":1}]}\'), recursive => true))',
    'a',
    'a[0]',
    'a[0].b'
  ),
  column(
    'select value from table(flatten(input => parse_json(\'{"a":{"b":[1,2]}}\'), path => \'a.b\'))',
    '1',
    '2'
  ),
  rows(
    'select o.id, t.value::varchar v, seq from orders o, lateral flatten(o.item:tags) t where o.id = 100',
    ['100', 'x', '1'],
    ['100', 'y', '1']
  ),
  rows(
    'select x.value:k::int k, y.value::varchar v from (select parse_json(\'[{"k":1,"v":["a","b"]},{"k":2,"v":["c"]}]\') j), lateral flatten(j) x, lateral flatten(x.value:v) y',
    ['1', 'a'],
    ['1', 'b'],
    ['2', 'c']
  ),
  cell('select count(*) from orders, lateral flatten(item)', '12'),
  cell("select sum(f.value::int) from table(flatten(parse_json('[1,2,3]'))) f", '6'),
  cell(
    "select listagg(distinct f.value::varchar, ',') within group (order by f.value::varchar) from orders, table(flatten(item:tags)) f",
    'x,y'
  ),
  cell('select parse_json(\'{"a":"2024-01-31"}\'):a::date', '2024-01-31'),
  cell("select coalesce(parse_json('{}'):a, 'none')::varchar", 'none'),
  cell('select count(distinct item:sku) from orders', '3'),
  cell("select parse_json('[1,2]')[5]", null)
]

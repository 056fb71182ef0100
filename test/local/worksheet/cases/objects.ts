import { type Case, cell, column, row, rows } from './case.ts'

export const objects: readonly Case[] = [
  column(
    'select object_construct(*) from customers where id in (3, 4) order by id',
    '{"ACTIVE":true,"CITY":"Paris","ID":3,"JOINED":"2023-12-31","NAME":"Cy"}',
    '{"CITY":"Oslo","ID":4,"SPEND":5}'
  ),
  cell(
    'select object_construct(c.*) from customers c where id = 1',
    '{"ACTIVE":true,"CITY":"Paris","ID":1,"JOINED":"2024-01-31","NAME":"Ada","SPEND":10.5}'
  ),
  cell(
    'select object_construct_keep_null(*) from customers where id = 4',
    '{"ACTIVE":null,"CITY":"Oslo","ID":4,"JOINED":null,"NAME":null,"SPEND":5}'
  ),
  cell(
    'select object_construct(* exclude (active, joined, spend)) from customers where id = 2',
    '{"CITY":"Rome","ID":2,"NAME":"Bo"}'
  ),
  cell("select object_construct('a', null, 'b', 1)", '{"b":1}'),
  cell("select object_construct_keep_null('a', null, 'b', 1)", '{"a":null,"b":1}'),
  cell('select object_construct()', '{}'),
  cell(
    "select {'b': spend, 'a': {'list': [1, 2.50], 'who': upper(name)}} from customers where id = 1",
    '{"a":{"list":[1,2.5],"who":"ADA"},"b":10.5}'
  ),
  cell('select {}', '{}'),
  cell('select object_construct(name, spend) from customers where id = 1', '{"Ada":10.5}'),
  cell('select object_construct(name, 1, city, 2) from customers where id = 4', '{"Oslo":2}'),
  cell(
    'select object_construct(*) from big',
    '{"D":1234567890123456789012345678.0123456789,"N":12345678901234567890123456789012345678}'
  ),
  cell(
    "select object_construct('n', object_construct('deep', n)) from big",
    '{"n":{"deep":12345678901234567890123456789012345678}}'
  ),
  cell("select object_construct('t', placed) from orders where id = 101", '{"t":"2024-01-02 23:59:59.999"}'),
  cell(
    "select object_construct('b', to_boolean('no'), 'f', 1.5::float, 'x', x'beef')",
    '{"b":false,"f":1.5,"x":"BEEF"}'
  ),
  cell(`select object_construct('q', 'say "hi"', 'u', 'é😀')`, '{"q":"say \\"hi\\"","u":"é😀"}'),
  cell('select object_construct(*) from (select 1 as "lower", 2 as Upper)', '{"UPPER":2,"lower":1}'),
  cell("select object_insert(object_construct('a', 1), 'b', 2)", '{"a":1,"b":2}'),
  cell("select object_insert(object_construct('a', 1), 'a', 2, true)", '{"a":2}'),
  cell('select object_delete(parse_json(\'{"a":1,"b":2,"c":3}\'), \'a\', \'c\')', '{"b":2}'),
  cell('select object_keys(parse_json(\'{"b":1,"a":2}\'))', '["a","b"]'),
  cell("select array_construct(1, 'a', true)", '[1,"a",true]'),
  cell('select array_construct()', '[]'),
  cell("select array_size(parse_json('[1,2,3]'))", '3'),
  cell('select array_size(item:tags) from orders where id = 102', null),
  cell("select array_contains('x'::variant, item:tags) from orders where id = 100", 'TRUE'),
  cell("select array_to_string(item:tags, '-') from orders where id = 100", 'x-y'),
  cell('select array_agg(name) within group (order by name desc) from customers', '["Cy","Bo","Ada"]'),
  cell('select array_agg(spend) from customers where id = 3', '[]'),
  rows(
    'select city, array_agg(id) within group (order by id) from customers group by city order by city',
    ['Oslo', '[4]'],
    ['Paris', '[1,3]'],
    ['Rome', '[2]']
  ),
  cell('select object_agg(name, id) from customers', '{"Ada":1,"Bo":2,"Cy":3}'),
  cell('select parse_json(\'{"b": 1.50, "a": [1, 2]}\')', '{"a":[1,2],"b":1.5}'),
  cell(
    "select parse_json('12345678901234567890123456789012345678')",
    '12345678901234567890123456789012345678'
  ),
  cell("select try_parse_json('{oops')", null),
  cell("select to_json(object_construct('a', 'x'))", '{"a":"x"}'),
  row(
    "select typeof(parse_json('1')), typeof(parse_json('\"a\"')), typeof(parse_json('null')), typeof(parse_json('{}')), typeof(parse_json('1.5'))",
    'INTEGER',
    'VARCHAR',
    'NULL_VALUE',
    'OBJECT',
    'DECIMAL'
  ),
  row("select to_variant(1), to_variant('a'), 5::variant", '1', '"a"', '5'),
  cell('select [1, 2, 3][1]', '2'),
  cell("select split('a,b,c', ',')", '["a","b","c"]'),
  cell("select split('a,b,c', ',')[1]::varchar", 'b'),
  row(
    "select array_append([1], 2), array_prepend([], 'x'), array_cat([1], [2, 3]), strip_null_value(parse_json('null')), is_integer(parse_json('5')), is_array(parse_json('{}'))",
    '[1,2]',
    '["x"]',
    '[1,2,3]',
    null,
    'TRUE',
    'FALSE'
  )
]

import { type Case, cell, column, row } from './case.ts'

export const texts: readonly Case[] = [
  row(
    "select try_cast('abcdef' as varchar(3)), try_cast('abc' as varchar(3)), 'abcdef'::varchar(3)",
    null,
    'abc',
    'abc'
  ),
  row("select 'a' || 'b', 'a' || null, concat('a', 'b', 'c'), concat('a', null)", 'ab', null, 'abc', null),
  row("select concat_ws('-', 'a', 'b'), concat_ws('-', 'a', null)", 'a-b', null),
  row("select upper('aé'), lower('AÉ'), length('é😀'), reverse('abc')", 'AÉ', 'aé', '2', 'cba'),
  row("select trim('  a  '), ltrim('xxa', 'x'), rtrim('axx', 'x'), trim('-a-', '-')", 'a', 'a', 'a', 'a'),
  row("select left('abc', 2), right('abc', 2), left('abc', 0), left('abc', -1)", 'ab', 'bc', '', ''),
  row(
    "select substr('abcdef', 2, 3), substring('abcdef', 3), substr('abcdef', -2), substr('abc', 0, 2)",
    'bcd',
    'cdef',
    'ef',
    'ab'
  ),
  row("select lpad('7', 3, '0'), rpad('a', 3), repeat('ab', 2)", '007', 'a  ', 'abab'),
  row(
    "select replace('banana', 'na', 'x'), replace('banana', 'na'), translate('abc', 'ab', 'xy')",
    'baxx',
    'ba',
    'xyc'
  ),
  row(
    "select split_part('a.b.c', '.', 2), split_part('a.b.c', '.', -1), split_part('a.b.c', '.', 0), split_part('a', '.', 5)",
    'b',
    'c',
    'a',
    ''
  ),
  row("select contains('abc', 'b'), startswith('abc', 'a'), endswith('abc', 'a')", 'TRUE', 'TRUE', 'FALSE'),
  row("select position('c', 'abc'), charindex('z', 'abc'), ascii('A'), chr(66)", '3', '0', '65', 'B'),
  row(
    "select 'Abc' like 'a%', 'Abc' ilike 'a%', 'abc' not like '%z%', 'a%c' like 'a^%c' escape '^'",
    'FALSE',
    'TRUE',
    'TRUE',
    'TRUE'
  ),
  row("select 'a_c' like 'a\\\\_c' escape '\\\\', 'abc' like 'a\\\\_c' escape '\\\\'", 'TRUE', 'FALSE'),
  cell("select 'abc' like any ('x%', 'a%')", 'TRUE'),
  row("select 'abc' rlike 'a.c', 'xabcx' rlike 'abc', regexp_like('abc', 'A.C')", 'TRUE', 'FALSE', 'FALSE'),
  row(
    "select regexp_replace('a1b22', '[0-9]+', '#'), regexp_replace('a1b2', '[0-9]'), regexp_substr('a12b3', '[0-9]+'), regexp_substr('abc', '[0-9]'), regexp_count('a1b2', '[0-9]')",
    'a#b#',
    'ab',
    '12',
    null,
    '2'
  ),
  row("select 'it''s', 'a\\nb', $$raw 'text'$$", "it's", 'a\nb', "raw 'text'"),
  row(
    'select true::varchar, 1.50::varchar, 12::varchar, 1.5::float::varchar, 2::float::varchar',
    'true',
    '1.50',
    '12',
    '1.5',
    '2'
  ),
  row("select 'abcdef'::varchar(3), cast(123 as varchar(2))", 'abc', '12'),
  row("select 'yes'::boolean, 'F'::boolean, 0::boolean, '1'::boolean", 'TRUE', 'FALSE', 'FALSE', 'TRUE'),
  row(
    "select md5('a'), sha2('a'), sha2('a', 256)",
    '0cc175b9c0f1b6a831c399e269772661',
    'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'
  ),
  row(
    "select base64_encode('Snow'), base64_decode_string('U25vdw=='), hex_encode('Snow'), hex_decode_string('536E6F77')",
    'U25vdw==',
    'Snow',
    '536E6F77',
    'Snow'
  ),
  cell('select length(uuid_string())', '36'),
  row("select 'a' < 'b', 'a' < 'B', 'a' = 'A', 'a ' = 'a'", 'TRUE', 'FALSE', 'FALSE', 'FALSE'),
  row(
    "select nvl(null, 'x'), ifnull('a', 'b'), nvl2(null, 'a', 'b'), coalesce(null, null, 'z'), nullif('a', 'a')",
    'x',
    'a',
    'b',
    'z',
    null
  ),
  row(
    "select iff(null, 'a', 'b'), decode(2, 1, 'one', 2, 'two', 'other'), decode(null, null, 'none', 'some'), decode(9, 1, 'one')",
    'b',
    'two',
    'none',
    null
  ),
  row("select case 'b' when 'a' then 1 when 'b' then 2 end, case when false then 1 end", '2', null),
  row('select equal_null(null, null), equal_null(1, null), 1 is distinct from null', 'TRUE', 'FALSE', 'TRUE'),
  cell("select listagg(name, ', ') within group (order by name) from customers", 'Ada, Bo, Cy'),
  cell('select listagg(name) from customers where id = 4', ''),
  cell("select editdistance('kitten', 'sitting')", '3'),
  column("select name from customers where name <> 'Ada' order by name", 'Bo', 'Cy'),
  cell("select 'x' in ('a', null)", null),
  cell('select upper(123)', '123'),
  cell("select x'4142'::varchar", '4142'),
  row("select initcap('a$b_c d', '_'), initcap('oNE two', '')", 'A$b_C d', 'One two'),
  row(
    "select initcap('hello world-foo o''neil x_y'), strtok('a.b.c', '.', 2), strtok('a-b_c', '-_', 3), strtok('a', '.', 2), strtok(' a b')",
    "Hello World-Foo O'neil X_Y",
    'b',
    'c',
    null,
    'a'
  ),
  row(
    "select regexp_substr('a1b22', '[0-9]+', 1, 2), regexp_substr('k=v', '(\\\\w)=(\\\\w)', 1, 1, 'e', 2), regexp_substr('ABC', 'b', 1, 1, 'i'), regexp_substr('abc', 'z', 1, 1)",
    '22',
    'v',
    'B',
    null
  ),
  row(
    "select regexp_like('ABC', 'a.*', 'i'), regexp_replace('abAB', 'a', 'x', 1, 0, 'i'), regexp_replace('aa', 'a', 'x', 1, 1)",
    'TRUE',
    'xbxB',
    'xa'
  ),
  row(
    "select split_part('abc', '', 1), split_part('abc', '', 2), split('abc', ''), split(null, ',')",
    'abc',
    '',
    '["abc"]',
    null
  ),
  row("select position('b', 'abcb', 3), charindex('z', 'abc', 1)", '4', '0')
]

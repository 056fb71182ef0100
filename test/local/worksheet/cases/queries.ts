import { type Case, cell, column, row, rows } from './case.ts'

export const queries: readonly Case[] = [
  column('select name from customers order by name', 'Ada', 'Bo', 'Cy', null),
  column('select name from customers order by name desc', null, 'Cy', 'Bo', 'Ada'),
  column('select name from customers order by name desc nulls last', 'Cy', 'Bo', 'Ada', null),
  rows(
    'select city, count(*) n from customers group by city order by n desc, city',
    ['Paris', '2'],
    ['Oslo', '1'],
    ['Rome', '1']
  ),
  rows(
    'select upper(city) c, sum(spend) from customers group by c having sum(spend) > 5 order by c',
    ['PARIS', '10.50'],
    ['ROME', '20.25']
  ),
  rows(
    'select upper(city) as city, count(*) from customers group by city order by 1',
    ['OSLO', '1'],
    ['PARIS', '2'],
    ['ROME', '1']
  ),
  column('select id + 1 as next_id from customers where next_id > 3 order by next_id', '4', '5'),
  row('select id as a, a * 2 as b, b + 1 as c from customers where id = 3', '3', '6', '7'),
  rows(
    'select city, name from customers qualify row_number() over (partition by city order by id desc) = 1 order by city',
    ['Oslo', null],
    ['Paris', 'Cy'],
    ['Rome', 'Bo']
  ),
  rows('select id, row_number() over (order by id desc) as rn from customers qualify rn = 1', ['4', '1']),
  rows(
    'select id, lag(id) over (order by id), lead(id, 1, 0) over (order by id) from customers order by id limit 2',
    ['1', null, '2'],
    ['2', '1', '3']
  ),
  column('select last_value(id) over (order by id) from customers order by id', '4', '4', '4', '4'),
  column(
    'select first_value(name) ignore nulls over (order by id desc) from customers order by id',
    'Cy',
    'Cy',
    'Cy',
    'Cy'
  ),
  column('select sum(id) over (order by id) from customers order by id', '1', '3', '6', '10'),
  column(
    'select sum(id) over (order by id rows between 1 preceding and current row) from customers order by id',
    '1',
    '3',
    '5',
    '7'
  ),
  column('select rank() over (order by city) from customers order by id', '2', '4', '2', '1'),
  rows(
    'select c.name, o.amount from customers c join orders o on c.id = o.customer_id order by o.id',
    ['Ada', '99.90'],
    ['Ada', '10.00'],
    ['Bo', '0.10']
  ),
  rows(
    'select c.id, count(o.id) from customers c left join orders o on o.customer_id = c.id group by c.id order by c.id',
    ['1', '2'],
    ['2', '1'],
    ['3', '0'],
    ['4', '0']
  ),
  rows('select * from (select 1 as k, 2 as a) join (select 1 as k, 3 as b) using (k)', ['1', '2', '3']),
  column(
    'select id from customers c where exists (select 1 from orders o where o.customer_id = c.id) order by id',
    '1',
    '2'
  ),
  column('select id from customers where id not in (select customer_id from orders) order by id', '3', '4'),
  cell('select (select max(amount) from orders)', '99.90'),
  column(
    'with a as (select id from customers), b(x) as (select id * 10 from a) select x from b order by x',
    '10',
    '20',
    '30',
    '40'
  ),
  column(
    'with recursive r(n) as (select 1 union all select n + 1 from r where n < 4) select n from r order by n',
    '1',
    '2',
    '3',
    '4'
  ),
  column('select 1 union select 1 union all select 2 order by 1', '1', '2'),
  column('select id from customers minus select customer_id from orders order by 1', '3', '4'),
  column('select id from customers intersect select customer_id from orders order by 1', '1', '2'),
  rows("select column1, column2 from values (1, 'a'), (2, null)", ['1', 'a'], ['2', null]),
  rows("select v.x, y from values (1, 'a') v(x, y)", ['1', 'a']),
  rows('select $1, $2 from values (1, 2)', ['1', '2']),
  column('select seq4() from table(generator(rowcount => 3))', '0', '1', '2'),
  cell('select count(*) from table(generator(rowcount => 1000))', '1000'),
  cell(
    'select count(*) from (select uniform(1, 6, random()) as die from table(generator(rowcount => 200))) where die between 1 and 6',
    '200'
  ),
  row('select count_if(active), count(distinct city), any_value(1) from customers', '2', '3', '1'),
  row('select max_by(name, spend), min_by(name, spend) from customers', 'Bo', null),
  rows('select * exclude (spend, joined, active) from customers where id = 1', ['1', 'Ada', 'Paris']),
  rows('select * exclude (spend, joined, active) rename (name as who) from customers where id = 1', [
    '1',
    'Ada',
    'Paris'
  ]),
  rows('select c.*, 1 as one from (select 5 as five) c', ['5', '1']),
  column('select top 2 id from customers order by id', '1', '2'),
  column('select id from customers order by id limit 2 offset 1', '2', '3'),
  column('select id from customers order by id fetch first 1 rows only', '1'),
  column('select distinct city from customers order by city', 'Oslo', 'Paris', 'Rome'),
  cell('select count(*) from customers sample (100)', '4'),
  cell('select count(*) from customers sample (2 rows)', '2'),
  column(
    "select customers.id from customers where customers.city ilike any ('os%', 'ro%') order by 1",
    '2',
    '4'
  ),
  rows('select "odd name" from (select 1 as "odd name")', ['1']),
  cell('select NaMe from CUSTOMERS where ID = 1', 'Ada'),
  rows(
    "select case when spend > 10 then 'high' else 'low' end band, count(*) from customers group by 1 order by 1",
    ['high', '2'],
    ['low', '2']
  ),
  column('select id from customers where not active or active is null order by id', '2', '4'),
  cell('select count(*) from customers, orders', '12'),
  column('(select 1) union all (select 2) order by 1 desc', '2', '1'),
  rows(
    "select city, listagg(id, '+') within group (order by id) from customers group by all order by city",
    ['Oslo', '4'],
    ['Paris', '1+3'],
    ['Rome', '2']
  ),
  rows('select 5 as five, count(*) from customers group by five', ['5', '4']),
  cell('select count(distinct u) from (select uuid_string() u from table(generator(rowcount => 50)))', '50'),
  cell(
    'select count(*) from (select uuid_string() u, upper(u) v from customers where u is not null) where upper(u) = v',
    '4'
  ),
  rows('select *, current_date = current_date() from (select 1 as x)', ['1', 'TRUE']),
  rows(
    'select c.id, f.value::varchar, f.seq from customers c left join orders o on o.customer_id = c.id and o.id = 100, lateral flatten(o.item:tags, outer => true) f where c.id < 3 order by 1, 2',
    ['1', 'x', '1'],
    ['1', 'y', '1'],
    ['2', null, '2']
  ),
  cell('with r as (select 1 as n union all select n + 1 from r where n < 3) select max(n) from r', '3'),
  column(
    'select row_number() over (order by seq4()) from table(generator(rowcount => 2)) order by 1',
    '1',
    '2'
  ),
  rows('select $2, t.$1 from customers t where $1 = 1', ['Ada', '1']),
  row(
    'select booland(1, 0), boolxor(1, 0), greatest_ignore_nulls(1, null, 3), least_ignore_nulls(null, 2)',
    'FALSE',
    'TRUE',
    '3',
    '2'
  )
]

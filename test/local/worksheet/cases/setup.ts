/** Tables that the statements of the other files use. */
export const setup = `
create table customers (id number(38,0), name varchar, city varchar, spend number(10,2), joined date, active boolean);
insert into customers values
  (1, 'Ada', 'Paris', 10.50, '2024-01-31', true),
  (2, 'Bo', 'Rome', 20.25, '2024-02-29', false),
  (3, 'Cy', 'Paris', null, '2023-12-31', true),
  (4, null, 'Oslo', 5.00, null, null);
create table orders (id number(38,0), customer_id number(38,0), amount number(12,2), placed timestamp_ntz, item variant);
insert into orders
  select 100, 1, 99.90, '2024-01-01 10:00:00'::timestamp_ntz, parse_json('{"sku":"a1","qty":2,"tags":["x","y"],"price":49.95}')
  union all select 101, 1, 10.00, '2024-01-02 23:59:59.999'::timestamp_ntz, parse_json('{"sku":"b2","qty":10,"tags":[],"price":1.0}')
  union all select 102, 2, 0.10, '2024-03-01 00:00:00'::timestamp_ntz, parse_json('{"sku":"c3","qty":1,"gift":null,"to":{"name":"Zoe","zip":"01234"}}');
create table big (n number(38,0), d number(38,10));
insert into big values (12345678901234567890123456789012345678, 1234567890123456789012345678.0123456789);
`

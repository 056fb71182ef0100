-- The savings alert: customers whose spend this month, utilities left out, is 20 % over their 12-month average.
-- Run by: anyone, in the local worksheet (npm start) or in Snowflake.   Needs: push_to_dynamo, get_from_dynamo,
-- and a DynamoDB table customer_alerts with the key customer_id (text).

-- A year of transactions of 200 customers, one every other day; every seventh customer spends more this month.
create or replace table transactions as
select
    'C' || lpad(to_varchar(mod(n, 200)), 4, '0') as customer_id,
    dateadd('day', -2 * floor(n / 200), '2026-11-24'::date) as paid_on,
    decode(mod(n + floor(n / 200), 5), 0, 'utility', 1, 'groceries', 2, 'travel', 3, 'dining', 'clothing') as category,
    (20 + mod(n * 7919, 8000) / 100
        + iff(mod(mod(n, 200), 7) = 0 and n < 2400, 60, 0))::number(12, 2) as amount
from (select seq4() as n from table(generator(rowcount => 36600)));

-- The 12 months before this one count, whether there was a purchase in them or not.
create or replace view customer_spend as
select
    customer_id,
    '2026-11' as spend_month,
    sum(iff(paid_on >= '2026-11-01'::date, amount, 0))::number(12, 2) as spend,
    (sum(iff(paid_on < '2026-11-01'::date, amount, 0)) / 12)::number(12, 2) as average_spend
from transactions
where category <> 'utility' and paid_on >= add_months('2026-11-01'::date, -12)
group by customer_id;

select count(*) as customers, sum(iff(spend > average_spend * 1.2, 1, 0)) as over_by_20_percent
from customer_spend;

-- One SELECT pushes the alerts; every row gets its own answer.
create or replace table alert_results as
select
    customer_id,
    push_to_dynamo(
        'customer_alerts', object_construct(*), object_construct('names', 'lower')
    ) as result
from (select * from customer_spend where spend > average_spend * 1.2);

select result:status::varchar as status, count(*) as pushed_rows
from alert_results
group by status;

-- What the application will read, in milliseconds.
select get_from_dynamo('customer_alerts', object_construct('customer_id', customer_id)) as item
from alert_results
order by customer_id
limit 3;

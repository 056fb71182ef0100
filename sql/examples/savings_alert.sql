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

create or replace view customer_spend as
with

monthly as (
    select
        customer_id,
        date_trunc('month', paid_on) as spend_month,
        sum(amount) as spend
    from transactions
    where category <> 'utility'
    group by customer_id, date_trunc('month', paid_on)
),

compared as (
    select
        customer_id,
        spend_month,
        spend,
        avg(spend) over (
            partition by customer_id order by spend_month rows between 12 preceding and 1 preceding
        ) as average_spend
    from monthly
)

select
    customer_id,
    to_char(spend_month, 'YYYY-MM') as spend_month,
    spend::number(12, 2) as spend,
    average_spend::number(12, 2) as average_spend
from compared
where spend_month = date_trunc('month', '2026-11-24'::date);

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

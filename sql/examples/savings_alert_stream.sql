-- The savings alert that follows changes: a table of alerts kept by MERGE, a sync with a stream on it, a task that runs when the
-- stream has data. Customers whose spend this month, utilities left out, is 20 % over the average of the 12 calendar months before;
-- a month without a transaction counts as zero.
-- Run by: npm start -- --table spend_alerts=customer_id:S -f sql/examples/savings_alert_stream.sql, or the owner role in Snowflake,
-- in the schema of the procedures.   Needs: the procedures of syncs, and a DynamoDB table spend_alerts (customer_id, text).

create or replace table payments (customer_id varchar, paid_on date, category varchar, amount number(12, 2));

-- A year of 30 customers: one payment a month, every fifth customer none in summer, every seventh more this month.
insert into payments
select
    'C' || lpad(to_varchar(mod(n, 30)), 3, '0'),
    add_months('2026-11-05'::date, -floor(n / 30)),
    decode(mod(n, 4), 0, 'utility', 1, 'groceries', 2, 'travel', 'dining'),
    50 + mod(n * 37, 20) + iff(n < 30 and mod(n, 7) = 1, 60, 0)
from (select seq4() as n from table(generator(rowcount => 390)))
where not (mod(mod(n, 30), 5) = 0 and floor(n / 30) between 3 and 5);

create or replace view spend_against_average as
with

months as (
    select add_months('2026-11-01'::date, -n) as spend_month
    from (select seq4() as n from table(generator(rowcount => 13)))
),

customers as (
    select distinct customer_id from payments
),

monthly as (
    select
        customers.customer_id,
        months.spend_month,
        coalesce(sum(payments.amount), 0) as spend
    from customers
    cross join months
    left join payments
        on
            customers.customer_id = payments.customer_id
            and months.spend_month = date_trunc('month', payments.paid_on)
            and payments.category <> 'utility'
    group by customers.customer_id, months.spend_month
)

select
    customer_id,
    max(iff(spend_month = '2026-11-01', spend, null))::number(12, 2) as spend,
    (sum(iff(spend_month < '2026-11-01', spend, 0)) / 12)::number(12, 2) as average_spend
from monthly
group by customer_id;

create or replace table spend_alerts (customer_id varchar, spend number(12, 2), average_spend number(12, 2));

call create_dynamo_sync('savings', 'SPEND_ALERTS', 'spend_alerts', array_construct('CUSTOMER_ID'),
    object_construct('capture', 'stream', 'schedule', 'on change', 'mirror', true, 'max_delete_share', 1,
        'push', object_construct('names', 'lower')));

-- The statement that a job runs after each load: only rows that changed reach the stream.
merge into spend_alerts as alerts
using (
    select
        *,
        spend > average_spend * 1.2 as is_over
    from spend_against_average
) as judged
    on alerts.customer_id = judged.customer_id
when matched and not judged.is_over then delete
when matched and (alerts.spend <> judged.spend or alerts.average_spend <> judged.average_spend) then
    update set spend = judged.spend, average_spend = judged.average_spend
when not matched and judged.is_over then
    insert (customer_id, spend, average_spend) values (judged.customer_id, judged.spend, judged.average_spend);

-- Its task runs within seconds of the commit; in the local worksheet before the next statement.
select state, "READ", "PUT", "DELETE", written, deleted, message from dynamo_sync_runs where sync = 'savings' order by started_at;

-- One customer travels, the payment of another is taken back.
insert into payments values ('C010', '2026-11-20', 'travel', 400);

delete from payments where customer_id = 'C001' and paid_on >= '2026-11-01';

merge into spend_alerts as alerts
using (
    select
        *,
        spend > average_spend * 1.2 as is_over
    from spend_against_average
) as judged
    on alerts.customer_id = judged.customer_id
when matched and not judged.is_over then delete
when matched and (alerts.spend <> judged.spend or alerts.average_spend <> judged.average_spend) then
    update set spend = judged.spend, average_spend = judged.average_spend
when not matched and judged.is_over then
    insert (customer_id, spend, average_spend) values (judged.customer_id, judged.spend, judged.average_spend);

select state, "READ", "PUT", "DELETE", written, deleted, message from dynamo_sync_runs where sync = 'savings' order by started_at;

select get_from_dynamo('spend_alerts', object_construct('customer_id', column1)) as item from values ('C010'), ('C001');

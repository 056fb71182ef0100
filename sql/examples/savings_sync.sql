-- The savings alert as it happens: customers whose spend this month is 20 % over their average of the 12 months before, a month
-- without a purchase counting as zero. A stream cannot read a view with GROUP BY, so MERGE keeps the result in a table; the stream
-- on that table tells the sync what changed, and its task runs on change.
-- Run by: npm start -- --table customer_alerts=customer_id:S -f sql/examples/savings_sync.sql, or the owner role in Snowflake, in
-- the schema of the procedures, with the two MERGE statements as a task.   Needs: the procedures of syncs, and a DynamoDB table
-- customer_alerts (customer_id, text).

create or replace table purchases (customer_id varchar, paid_on date, category varchar, amount number(12, 2));

insert into purchases
select
    'C' || lpad(to_varchar(mod(n, 50)), 3, '0'),
    add_months('2026-11-10'::date, -floor(n / 50)),
    iff(mod(n, 5) = 0, 'utility', 'groceries'),
    40 + mod(n * 37, 20) + iff(n < 50 and mod(n, 9) = 0, 60, 0)
from (select seq4() as n from table(generator(rowcount => 650)));

-- A customer who has bought in two months of the twelve only: the average is over all twelve.
insert into purchases values
('C900', '2026-03-05', 'travel', 120), ('C900', '2026-08-05', 'travel', 120), ('C900', '2026-11-05', 'travel', 30);

create or replace view spend_this_month as
select
    customer_id,
    sum(iff(paid_on >= '2026-11-01'::date, amount, 0))::number(12, 2) as spend,
    (sum(iff(paid_on < '2026-11-01'::date, amount, 0)) / 12)::number(12, 2) as average_spend
from purchases
where category <> 'utility' and paid_on >= add_months('2026-11-01'::date, -12)
group by customer_id;

create or replace table savings_alert_now (customer_id varchar, spend number(12, 2), average_spend number(12, 2));

merge into savings_alert_now as kept
using (select customer_id, spend, average_spend from spend_this_month where spend > average_spend * 1.2) as alerts
on kept.customer_id = alerts.customer_id
when matched and (kept.spend <> alerts.spend or kept.average_spend <> alerts.average_spend)
    then update set spend = alerts.spend, average_spend = alerts.average_spend
when not matched
    then insert (customer_id, spend, average_spend) values (alerts.customer_id, alerts.spend, alerts.average_spend);

call create_dynamo_sync('savings', 'SAVINGS_ALERT_NOW', 'customer_alerts', array_construct('CUSTOMER_ID'),
    object_construct(
        'capture', 'stream', 'schedule', 'on change', 'mirror', true, 'max_delete_share', 0.5, 'push', object_construct('names', 'lower')
    ));

-- The first run compares what was there before the stream.
call run_dynamo_sync('savings');

-- C900 spends over its average of 20, C009 gives its purchase back. The task runs by itself once the stream has rows.
insert into purchases values ('C900', '2026-11-20', 'dining', 25), ('C009', '2026-11-21', 'groceries', -100);

merge into savings_alert_now as kept
using (select customer_id, spend, average_spend from spend_this_month where spend > average_spend * 1.2) as alerts
on kept.customer_id = alerts.customer_id
when matched and (kept.spend <> alerts.spend or kept.average_spend <> alerts.average_spend)
    then update set spend = alerts.spend, average_spend = alerts.average_spend
when not matched
    then insert (customer_id, spend, average_spend) values (alerts.customer_id, alerts.spend, alerts.average_spend);

delete from savings_alert_now
where customer_id not in (select customer_id from spend_this_month where spend > average_spend * 1.2);

select run, state, route, "READ", "PUT", "DELETE", written, deleted, message from dynamo_sync_runs order by started_at;

select get_from_dynamo('customer_alerts', object_construct('customer_id', 'C900')) as item;

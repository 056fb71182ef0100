-- The savings alert as a scheduled sync: the table customer_alerts follows the customers whose spend is 20 % over their
-- average, and loses those that are no longer.
-- Run by: npm start -- --table customer_alerts=customer_id:S -f sql/examples/sync.sql, or the owner role in Snowflake, in
-- the schema of the procedures, where the schedule makes a task.   Needs: the procedures of syncs, and a DynamoDB table
-- customer_alerts (customer_id, text).

create or replace table spend_by_month (customer_id varchar, spend_month date, spend number(12, 2));

insert into spend_by_month
select
    'C' || lpad(to_varchar(mod(n, 100)), 3, '0'),
    add_months('2026-11-01'::date, -floor(n / 100)),
    50 + mod(n * 37, 50) + iff(n < 100 and mod(n, 9) = 0, 80, 0)
from (select seq4() as n from table(generator(rowcount => 1300)));

create or replace view savings_alerts as
select
    customer_id,
    spend,
    average_spend::number(12, 2) as average_spend
from (
    select
        customer_id,
        spend_month,
        spend,
        avg(spend) over (
            partition by customer_id order by spend_month rows between 12 preceding and 1 preceding
        ) as average_spend
    from spend_by_month
)
where spend_month = '2026-11-01' and spend > average_spend * 1.2;

call create_dynamo_sync('alerts', 'SAVINGS_ALERTS', 'customer_alerts', array_construct('CUSTOMER_ID'),
    object_construct('schedule', '10 minutes', 'mirror', true, 'max_delete_share', 0.5, 'push', object_construct('names', 'lower')));

call preview_dynamo_sync('alerts');

call run_dynamo_sync('alerts');

-- Nothing changed, so nothing is sent.
call run_dynamo_sync('alerts');

-- One customer spends more, one less, and a row without a customer turns up.
update spend_by_month set spend = spend + 25 where customer_id = 'C009' and spend_month = '2026-11-01';

update spend_by_month set spend = 10 where customer_id = 'C018' and spend_month = '2026-11-01';

insert into spend_by_month values (null, '2026-10-01', 10), (null, '2026-11-01', 90);

call run_dynamo_sync('alerts');

select "KEY", status, code, message from dynamo_sync_failures;

-- The row is mended: it goes with the next run. (Rejected rows that have not changed: option redrive.)
update spend_by_month set customer_id = 'C100' where customer_id is null;

call run_dynamo_sync('alerts');

-- Somebody deletes an item behind the back of the sync: reconcile finds it, the next run mends it.
select delete_from_dynamo('customer_alerts', object_construct('customer_id', 'C009')) as result;

call reconcile_dynamo('alerts');

call run_dynamo_sync('alerts');

call reconcile_dynamo('alerts');

select run, state, "READ", "PUT", "DELETE", written, deleted, rejected, message from dynamo_sync_runs order by started_at;

-- 6,000 real flights, keyed by a hash of what identifies them, pushed by one INSERT that keeps the answers.
-- Run by: npm start, which loads FLIGHTS_SOURCE.   Needs: push_to_dynamo, and a DynamoDB table flights (id, text).

create or replace table push_log (flight_id varchar, result variant, pushed_at timestamp_ntz);

insert into push_log
select
    flight_id,
    push_to_dynamo('flights', object_construct(
        'id', flight_id,
        'departs', to_char(departs, 'YYYY-MM-DD HH24:MI:SS'),
        'delay_minutes', delay,
        'distance_miles', distance,
        'origin', origin,
        'destination', destination
    )),
    current_timestamp()::timestamp_ntz
from flights_source;

select result:status::varchar as status, count(*) as pushed_rows
from push_log
group by status
order by pushed_rows desc;

select get_from_dynamo('flights', object_construct('id', flight_id)) as item
from push_log
order by flight_id
limit 2;

-- Parking sensors: every stay of a car in a marked bay, keyed by a hash of what identifies it, unloaded in chunks of at most 10 MB and loaded.
-- The columns are those of the City of Melbourne's on-street parking sensors; the rows are made up. Here 20,000; write 1700000 for the real size.
-- Run by: npm start -- -f sql/examples/parking.sql, or the owner role in Snowflake.   Needs: load_to_dynamo.
-- Tables: parking=id:S

create or replace table parking_stays as
select
    mod(n, 4600) + 17000 as device_id,
    dateadd('second', n * 37, '2026-01-01 06:00:00'::timestamp_ntz) as arrival_time,
    dateadd('second', n * 37 + mod(n * 7919, 14400), '2026-01-01 06:00:00'::timestamp_ntz) as departure_time,
    mod(n * 7919, 14400) as duration_seconds,
    'C' || to_varchar(mod(n, 4600)) as street_marker,
    iff(mod(n, 3) = 0, '1P MTR M-SAT 7:30-18:30', '2P MTR M-SAT 7:30-20:30') as sign,
    decode(mod(n, 4), 0, 'Docklands', 1, 'Southbank', 2, 'Queensberry', 'Rialto') as area_name,
    decode(mod(n, 5), 0, 'Collins Street', 1, 'Bourke Street', 2, 'La Trobe Street', 3, 'Swanston Street', 'Spring Street') as street_name,
    mod(n * 7919, 14400) > 7200 as in_violation
from (select seq4() as n from table(generator(rowcount => 20000)));

-- Sensors have no key of their own: the hash of device and arrival is one, and the same row has the same key at every load.
create or replace view parking as
select
    md5(to_varchar(device_id) || '|' || to_varchar(arrival_time, 'YYYY-MM-DD HH24:MI:SS')) as id,
    parking_stays.*
from parking_stays;

call load_to_dynamo('PARKING', 'parking', object_construct('names', 'lower', 'max_file_size', 10000000));

create or replace table parking_load as
select load_to_dynamo['run']::varchar as run
from table(result_scan(last_query_id()));

-- The load is under way; whoever must wait for it asks now and then.
execute immediate
$$
declare
    run varchar default null;
    state varchar default 'running';
begin
    run := (select parking_load.run from parking_load);
    while (state = 'running') do
        call system$wait(1);
        state := (select dynamo_load_status(:run)['state']::varchar);
    end while;
    return state;
end
$$;

select dynamo_load_status(run) as status from parking_load;

select get_from_dynamo('parking', object_construct('id', id)) as item
from parking
order by device_id, arrival_time
limit 1;

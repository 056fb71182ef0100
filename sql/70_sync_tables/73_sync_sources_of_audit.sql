-- Loads and pushes for the audit, from the lines of audit/: pushes by the statement that pushed, minute by minute summed up before;
-- a line that was copied twice counts once.
-- Run by: the owner role.   Leaves: two views.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_load_log copy grants as
select
    event['run']::varchar as run,
    event['table']::varchar as target_table,
    event['query_id']::varchar as query_id,
    event['state']::varchar as state,
    event['rows']['read']::number(38, 0) as read_rows,
    event['rows']['written']::number(38, 0) as written,
    event['rows']['deleted']::number(38, 0) as deleted,
    event['rows']['superseded']::number(38, 0) as superseded,
    event['rows']['stale']::number(38, 0) as stale,
    event['rows']['unchanged']::number(38, 0) as unchanged,
    event['rows']['rejected']::number(38, 0) + coalesce(event['rows']['condition_failed']::number(38, 0), 0) as rejected,
    event['rows']['unprocessed']::number(38, 0) as unprocessed,
    event['write_units']::float as write_units,
    event['dollars']::float as dollars,
    event['user']::varchar as called_by,
    event['started_at']::timestamp_ltz as started_at,
    event['seconds']::float as seconds,
    event['at']::timestamp_ltz as ended_at,
    array_to_string(event['errors']::array, '; ') as message,
    coalesce(event['rows']['valid']::number(38, 0), 0) as valid,
    event['estimate']['bytes']::number(38, 0) as estimated_bytes,
    event['estimate']['write_units']::float as estimated_units,
    event['estimate']['dollars']::float as estimated_dollars
from load_events
where event['event']::varchar = 'run_ended'
qualify
    row_number() over (
        partition by event['run']::varchar
        order by event['generation']::number(38, 0) desc, event['at']::timestamp_ltz desc
    ) = 1;

create or replace view <% database %>.<% schema %>.dynamo_push_counts copy grants as
with

lines as (
    select event
    from load_events
    where event['event']::varchar = 'pushed'
    qualify row_number() over (partition by file_name, file_row order by loaded_at) = 1 or file_name is null
)

select
    event['query_id']::varchar as run,
    event['query_id']::varchar as query_id,
    min(event['user']::varchar) as called_by,
    iff(count(distinct event['table']::varchar) = 1, min(event['table']::varchar), null) as target_table,
    sum(event['read']::number(38, 0)) as read_rows,
    sum(event['written']::number(38, 0)) as written,
    sum(event['deleted']::number(38, 0)) as deleted,
    sum(event['superseded']::number(38, 0)) as superseded,
    sum(event['stale']::number(38, 0)) as stale,
    sum(event['unchanged']::number(38, 0)) as unchanged,
    sum(event['rejected']::number(38, 0) + event['condition_failed']::number(38, 0)) as rejected,
    sum(event['unprocessed']::number(38, 0)) as unprocessed,
    sum(event['write_units']::float) as write_units,
    sum(event['dollars']::float) as dollars,
    min(event['started_at']::timestamp_ltz) as started_at,
    max(event['at']::timestamp_ltz) as ended_at,
    datediff('millisecond', min(event['started_at']::timestamp_ltz), max(event['at']::timestamp_ltz)) / 1000 as seconds,
    coalesce(sum(event['valid']::number(38, 0)), 0) as valid,
    sum(event['estimate']['bytes']::number(38, 0)) as estimated_bytes,
    sum(event['estimate']['write_units']::float) as estimated_units,
    sum(event['estimate']['dollars']::float) as estimated_dollars
from lines
group by event['query_id']::varchar;

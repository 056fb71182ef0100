-- Loads and pushes of others for the audit, counted from load_events and push_log.
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
    event['seconds']::float as seconds,
    event['at']::timestamp_ltz as ended_at,
    array_to_string(event['errors']::array, '; ') as message
from load_events
where event['event']::varchar = 'run_ended'
qualify
    row_number() over (
        partition by event['run']::varchar
        order by event['generation']::number(38, 0) desc, event['at']::timestamp_ltz desc
    ) = 1;

create or replace view <% database %>.<% schema %>.dynamo_push_counts copy grants as
select
    run,
    min(pushed_by) as called_by,
    count(*) as read_rows,
    count_if(result:status::varchar = 'written') as written,
    count_if(result:status::varchar = 'deleted') as deleted,
    count_if(result:status::varchar = 'superseded') as superseded,
    count_if(result:status::varchar = 'stale') as stale,
    count_if(result:status::varchar = 'unchanged') as unchanged,
    count_if(result:status::varchar in ('rejected', 'condition_failed')) as rejected,
    count_if(result:status::varchar = 'unprocessed') as unprocessed,
    max(pushed_at) as ended_at
from push_log
group by run;

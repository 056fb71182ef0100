-- What adds up to a day: chunks that ended, pushes by the minute, runs of syncs. Every row counts once: pushes and loads of a sync count as
-- the sync's. A redrive counts what it did on the day on which it did it. Days are those of UTC.
-- Reads: load_events, dynamo_sync_log, dynamo_sync_open_runs, dynamo_sync_queries.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_audit_facts copy grants as
with

lines as (
    select
        event['event']::varchar as line,
        event['run']::varchar as run,
        event['table']::varchar as target_table,
        event['query_id']::varchar as query_id,
        event['at']::timestamp_ltz as ended_at,
        event,
        loaded_at
    from load_events
    where event['event']::varchar in ('chunk_settled', 'chunk_failed', 'pushed')
    qualify row_number() over (partition by file_name, file_row order by loaded_at) = 1 or file_name is null
),

runs_of_syncs as (
    select run from dynamo_sync_log
    union all
    select run from dynamo_sync_open_runs
),

loads_of_syncs as (
    select run || '-put' as run from runs_of_syncs
    union all
    select run || '-delete' as run from runs_of_syncs
),

counted as (
    select
        iff(lines.line = 'pushed', 'push', 'load') as activity,
        lines.target_table,
        lines.ended_at,
        lines.loaded_at,
        lines.event['read']::number(38, 0) as read_rows,
        lines.event['written']::number(38, 0) as written,
        lines.event['deleted']::number(38, 0) as deleted,
        lines.event['superseded']::number(38, 0) as superseded,
        lines.event['stale']::number(38, 0) as stale,
        lines.event['unchanged']::number(38, 0) as unchanged,
        lines.event['rejected']::number(38, 0) + lines.event['condition_failed']::number(38, 0) as rejected,
        lines.event['unprocessed']::number(38, 0) as unprocessed,
        lines.event['write_units']::float as write_units,
        lines.event['dollars']::float as dollars
    from lines
    left join loads_of_syncs
        on lines.run = loads_of_syncs.run
    left join dynamo_sync_queries as queries
        on lines.line = 'pushed' and lines.query_id = queries.query_id
    where loads_of_syncs.run is null and queries.query_id is null
    union all
    select
        'sync' as activity,
        target_table,
        ended_at,
        ended_at as loaded_at,
        read_rows,
        written,
        deleted,
        superseded,
        stale,
        unchanged,
        rejected,
        unprocessed,
        write_units,
        dollars
    from dynamo_sync_spent
)

select
    convert_timezone('UTC', ended_at)::date as day,
    activity,
    target_table,
    loaded_at,
    coalesce(read_rows, 0) as read_rows,
    coalesce(written, 0) as written,
    coalesce(deleted, 0) as deleted,
    coalesce(superseded, 0) as superseded,
    coalesce(stale, 0) as stale,
    coalesce(unchanged, 0) as unchanged,
    coalesce(rejected, 0) as rejected,
    coalesce(unprocessed, 0) as unprocessed,
    coalesce(write_units, 0) as write_units,
    coalesce(dollars, 0) as dollars
from counted;

-- Runs of syncs, loads and logged pushes in one model: who, which query, rows by result, write units, seconds.
-- Reads: dynamo_sync_log, dynamo_load_log, dynamo_push_counts.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_audited_rows copy grants as
with

sync_rows as (
    select
        'sync' as activity,
        sync_name,
        run,
        target_table,
        called_by,
        query_id,
        state,
        route,
        read_rows,
        case
            when state = 'failed' and written + deleted + superseded + stale + rejected + unprocessed = 0 then 0
            else put_rows + delete_rows
        end as sent_rows,
        written,
        deleted,
        superseded,
        stale,
        unchanged,
        rejected,
        unprocessed,
        write_units,
        seconds,
        ended_at,
        message
    from dynamo_sync_log
),

load_rows as (
    select
        'load' as activity,
        cast(null as varchar) as sync_name,
        run,
        target_table,
        cast(null as varchar) as called_by,
        query_id,
        state,
        'bulk' as route,
        read_rows,
        read_rows as sent_rows,
        written,
        deleted,
        superseded,
        stale,
        unchanged,
        rejected,
        unprocessed,
        write_units,
        seconds,
        ended_at,
        message
    from dynamo_load_log
),

push_rows as (
    select
        'push' as activity,
        cast(null as varchar) as sync_name,
        run,
        cast(null as varchar) as target_table,
        called_by,
        cast(null as varchar) as query_id,
        'complete' as state,
        'push' as route,
        read_rows,
        read_rows as sent_rows,
        written,
        deleted,
        superseded,
        stale,
        unchanged,
        rejected,
        unprocessed,
        cast(null as double) as write_units,
        cast(null as double) as seconds,
        ended_at,
        cast(null as varchar) as message
    from dynamo_push_counts
)

select * from sync_rows
union all
select * from load_rows
union all
select * from push_rows;

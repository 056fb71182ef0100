-- Runs of syncs, loads and pushes in one model: who, which query, rows by result, write units, dollars, seconds. Pushes of a sync stand with it.
-- estimated_…: what a load was thought to take, and what the valid rows of a dry run would: never spent, so in no sum of dollars.
-- Reads: dynamo_sync_spent, dynamo_load_log, dynamo_push_counts, dynamo_sync_queries.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_audited_rows copy grants as
with

sync_rows as (
    select
        'sync' as activity,
        sync_name as sync,
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
        dollars,
        seconds,
        started_at,
        ended_at,
        message,
        0 as valid,
        cast(null as number(38, 0)) as estimated_bytes,
        cast(null as float) as estimated_units,
        cast(null as float) as estimated_dollars
    from dynamo_sync_spent
),

load_rows as (
    select
        'load' as activity,
        cast(null as varchar) as sync,
        run,
        target_table,
        called_by,
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
        dollars,
        seconds,
        coalesce(started_at, dateadd('millisecond', -(seconds * 1000)::number(38, 0), ended_at)) as started_at,
        ended_at,
        message,
        valid,
        estimated_bytes,
        estimated_units,
        estimated_dollars
    from dynamo_load_log
),

push_rows as (
    select
        'push' as activity,
        cast(null as varchar) as sync,
        pushes.run,
        pushes.target_table,
        pushes.called_by,
        pushes.query_id,
        'complete' as state,
        'push' as route,
        pushes.read_rows,
        pushes.read_rows as sent_rows,
        pushes.written,
        pushes.deleted,
        pushes.superseded,
        pushes.stale,
        pushes.unchanged,
        pushes.rejected,
        pushes.unprocessed,
        pushes.write_units,
        pushes.dollars,
        pushes.seconds,
        pushes.started_at,
        pushes.ended_at,
        cast(null as varchar) as message,
        pushes.valid,
        pushes.estimated_bytes,
        pushes.estimated_units,
        pushes.estimated_dollars
    from dynamo_push_counts as pushes
    left join dynamo_sync_queries as queries
        on pushes.query_id = queries.query_id
    where queries.query_id is null
)

select * from sync_rows
union all
select * from load_rows
union all
select * from push_rows;

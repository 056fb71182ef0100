-- Ended runs of syncs with what they cost: what their loads counted, and what the audit tells of their pushes.
-- Reads: dynamo_sync_log, dynamo_sync_queries, dynamo_push_counts.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_spent copy grants as
with

pushed as (
    select
        queries.run,
        sum(pushes.write_units) as write_units,
        sum(pushes.dollars) as dollars
    from dynamo_sync_queries as queries
    inner join dynamo_push_counts as pushes
        on queries.query_id = pushes.query_id
    group by queries.run
),

loaded as (
    select
        logged.run,
        sum(loads.dollars) as dollars
    from dynamo_sync_log as logged
    inner join dynamo_load_log as loads
        on loads.run in (logged.run || '-put', logged.run || '-delete')
    where logged.load_runs is not null
    group by logged.run
)

select
    logged.run,
    logged.sync_name,
    logged.target_table,
    logged.called_by,
    logged.query_id,
    logged.state,
    logged.route,
    logged.read_rows,
    logged.unchanged,
    logged.put_rows,
    logged.delete_rows,
    logged.written,
    logged.deleted,
    logged.superseded,
    logged.stale,
    logged.rejected,
    logged.unprocessed,
    coalesce(logged.write_units, pushed.write_units) as write_units,
    coalesce(loaded.dollars, pushed.dollars) as dollars,
    logged.started_at,
    logged.ended_at,
    logged.seconds,
    logged.message
from dynamo_sync_log as logged
left join pushed
    on logged.run = pushed.run
left join loaded
    on logged.run = loaded.run;

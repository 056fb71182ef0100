-- Every run of every sync, with the counts that it answered; runs at work (running) and waiting for a load (loading) as well.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_runs copy grants as
select
    sync_name as sync,
    run,
    state,
    failure_code,
    route,
    read_rows as "READ",
    unchanged,
    put_rows as "PUT",
    delete_rows as "DELETE",
    written,
    deleted,
    superseded,
    stale,
    rejected,
    unprocessed,
    message,
    target_table,
    load_runs,
    write_units,
    called_by,
    query_id,
    started_at,
    ended_at,
    seconds
from dynamo_sync_log
union all
select
    runs.sync_name as sync,
    runs.run,
    runs.state,
    null as failure_code,
    coalesce(runs.route, 'push') as route,
    coalesce(runs.read_rows, 0) as "READ",
    coalesce(runs.unchanged, 0) as unchanged,
    coalesce(runs.put_rows, 0) as "PUT",
    coalesce(runs.delete_rows, 0) as "DELETE",
    0 as written,
    0 as deleted,
    0 as superseded,
    0 as stale,
    0 as rejected,
    0 as unprocessed,
    coalesce(runs.load_note, runs.note) as message,
    syncs.target_table,
    runs.load_runs,
    null as write_units,
    runs.called_by,
    runs.query_id,
    runs.started_at,
    null as ended_at,
    datediff('millisecond', runs.started_at, current_timestamp()) / 1000 as seconds
from dynamo_sync_open_runs as runs
left join dynamo_sync_definitions as syncs
    on runs.sync_name = syncs.sync_name
where runs.kind = 'run';

grant select on view <% database %>.<% schema %>.dynamo_sync_runs to role <% user_role %>;

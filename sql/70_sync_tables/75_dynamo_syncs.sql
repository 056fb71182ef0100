-- Every sync: what it reads and writes, who holds it, when its last complete run was, whether one is overdue, what waits.
-- Task and stream are as check_dynamo_syncs or a run last looked at them (looked_at): SHOW cannot stand in a view.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_syncs copy grants as
with

set_aside as (
    select
        sync_name,
        count(*) as rows_aside
    from dynamo_sync_failed
    where status <> 'unprocessed'
    group by sync_name
)

select
    syncs.sync_name as sync,
    syncs.source,
    syncs.target_table,
    parse_json(syncs.key_columns) as key_columns,
    syncs.capture,
    syncs.schedule,
    syncs.mirror,
    syncs.max_delete_share,
    syncs.bulk_above,
    syncs.adopt,
    parse_json(syncs.push) as push,
    iff(syncs.is_paused, 'paused', 'active') as state,
    iff(syncs.held_until > current_timestamp(), syncs.held_by, null) as held_by_run,
    iff(syncs.held_until > current_timestamp(), syncs.held_since, null) as held_since,
    iff(syncs.held_until > current_timestamp(), syncs.held_until, null) as held_until,
    syncs.loading_run,
    syncs.last_run,
    syncs.last_state,
    syncs.last_failure_code,
    syncs.last_ended_at,
    syncs.last_complete_at,
    syncs.interval_seconds,
    dateadd('second', syncs.interval_seconds, coalesce(syncs.last_complete_at, syncs.created_at)) as due_at,
    coalesce(
        not syncs.is_paused
        and dateadd('second', 2 * syncs.interval_seconds, coalesce(syncs.last_complete_at, syncs.created_at)) < current_timestamp(),
        false
    ) as overdue,
    waiting.waiting_rows as waiting,
    coalesce(set_aside.rows_aside, 0) as set_aside,
    syncs.task_state,
    syncs.task_error,
    syncs.stream_state,
    syncs.stale_after,
    syncs.looked_at,
    syncs.created_by,
    syncs.created_at
from dynamo_sync_definitions as syncs
left join dynamo_sync_waiting as waiting
    on syncs.sync_name = waiting.sync_name
left join set_aside
    on syncs.sync_name = set_aside.sync_name;

grant select on view <% database %>.<% schema %>.dynamo_syncs to role <% user_role %>;

-- What needs a person, and the one statement that mends it; nothing here, nothing to do. Page, alerts and doctor read it and
-- nothing else. severity 1: now, 2: soon, 3: when there is time. matters: how many rows, chunks, intervals or hours it is about.
-- Tasks and streams are as they were last looked at (CALL check_dynamo_syncs()); loads by the lines of audit/ that have arrived.
-- Reads: dynamo_syncs, dynamo_sync_definitions, dynamo_sync_log, dynamo_loads, dynamo_load_lines.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_attention copy grants as
with

syncs as (
    select
        seen.*,
        known.is_paused,
        known.held_by as holder,
        known.held_since as holder_since,
        coalesce(
            known.held_by is not null
            and (known.held_until < dateadd('minute', -15, current_timestamp()) or known.held_since < dateadd('hour', -6, current_timestamp())),
            false
        ) as is_stuck,
        coalesce(known.held_until > current_timestamp(), false) as is_at_work,
        coalesce(seen.schedule is not null and not known.is_paused and seen.task_state = 'suspended', false) as is_suspended,
        logged.message
    from dynamo_syncs as seen
    inner join dynamo_sync_definitions as known
        on seen.sync = known.sync_name
    left join dynamo_sync_log as logged
        on seen.last_run = logged.run
),

-- Those of syncs are told of by their sync.
loads as (
    select
        loads.*,
        newest.loaded_at
    from dynamo_loads as loads
    inner join (
        select
            run,
            max(loaded_at) as loaded_at
        from dynamo_load_lines
        group by run
    ) as newest
        on loads.run = newest.run
    where
        loads.run not in (select run || '-put' from dynamo_sync_log where load_runs is not null)
        and loads.run not in (select run || '-delete' from dynamo_sync_log where load_runs is not null)
        and loads.run not in (select run || '-put' from dynamo_sync_open_runs)
        and loads.run not in (select run || '-delete' from dynamo_sync_open_runs)
        and loads.started_at > dateadd('day', -30, current_timestamp())
)

select
    1 as severity,
    'task_suspended' as kind,
    last_failure_code as cause,
    sync as subject,
    target_table,
    coalesce(last_ended_at, looked_at) as since,
    cast(null as number(38, 0)) as matters,
    coalesce(message, task_error) as detail,
    'CALL resume_dynamo_sync(''' || sync || ''', OBJECT_CONSTRUCT(''run'', TRUE))' as mend
from syncs
where is_suspended
union all
select
    1 as severity,
    'sync_held' as kind,
    null as cause,
    sync as subject,
    target_table,
    holder_since as since,
    null as matters,
    'run ' || holder || ' has not been heard of' as detail,
    'CALL resume_dynamo_sync(''' || sync || ''', OBJECT_CONSTRUCT(''force'', TRUE, ''run'', TRUE))' as mend
from syncs
where is_stuck and not is_suspended
union all
select
    1 as severity,
    'sync_failed' as kind,
    last_failure_code as cause,
    sync as subject,
    target_table,
    last_ended_at as since,
    null as matters,
    message as detail,
    'CALL run_dynamo_sync(''' || sync || ''''
    || iff(last_failure_code = 'too_many_deletes', ', OBJECT_CONSTRUCT(''max_delete_share'', 1)', '') || ')' as mend
from syncs
where last_state = 'failed' and not is_paused and not is_suspended and not is_stuck and not is_at_work
union all
select
    2 as severity,
    'sync_overdue' as kind,
    iff(last_state = 'complete', null, last_state) as cause,
    sync as subject,
    target_table,
    due_at as since,
    floor(datediff('second', coalesce(last_complete_at, created_at), current_timestamp()) / interval_seconds) as matters,
    message as detail,
    'CALL start_dynamo_sync(''' || sync || ''')' as mend
from syncs
where overdue and coalesce(last_state, '') <> 'failed' and not is_suspended and not is_stuck and not is_at_work
union all
select
    1 as severity,
    'stream_gone' as kind,
    stream_state as cause,
    sync as subject,
    target_table,
    coalesce(stale_after, looked_at) as since,
    null as matters,
    'the next run makes it again and compares all rows; nothing that is known of the table is forgotten' as detail,
    'CALL run_dynamo_sync(''' || sync || ''')' as mend
from syncs
where capture = 'stream' and (stream_state in ('stale', 'missing') or stale_after < current_timestamp())
union all
select
    2 as severity,
    'stream_stale' as kind,
    null as cause,
    sync as subject,
    target_table,
    looked_at as since,
    datediff('hour', current_timestamp(), stale_after) as matters,
    'a run reads it before it goes stale' as detail,
    'CALL run_dynamo_sync(''' || sync || ''')' as mend
from syncs
where
    capture = 'stream'
    and coalesce(stream_state, '') not in ('stale', 'missing')
    and stale_after between current_timestamp() and dateadd('hour', 24, current_timestamp())
union all
select
    3 as severity,
    'rows_aside' as kind,
    null as cause,
    syncs.sync as subject,
    syncs.target_table,
    failed.since,
    syncs.set_aside as matters,
    'SELECT * FROM dynamo_sync_failures WHERE sync = ''' || syncs.sync || '''' as detail,
    'CALL run_dynamo_sync(''' || syncs.sync || ''', OBJECT_CONSTRUCT(''redrive'', TRUE))' as mend
from syncs
inner join (
    select
        sync_name,
        min(failed_at) as since
    from dynamo_sync_failed
    where status <> 'unprocessed'
    group by sync_name
) as failed
    on syncs.sync = failed.sync_name
union all
select
    1 as severity,
    'load_failed' as kind,
    null as cause,
    run as subject,
    target_table,
    ended_at as since,
    chunks_failed as matters,
    errors[0]::varchar as detail,
    'SELECT redrive_dynamo_load(''' || run || ''')' as mend
from loads
where state = 'failed' and coalesce(errors[0]::varchar, '') not like 'cancelled by %'
union all
select
    3 as severity,
    'load_rows_aside' as kind,
    null as cause,
    run as subject,
    target_table,
    ended_at as since,
    rejected as matters,
    to_json(reasons) as detail,
    'SELECT redrive_dynamo_load(''' || run || ''')' as mend
from loads
where state = 'complete' and rejected > 0
union all
select
    2 as severity,
    'audit_behind' as kind,
    null as cause,
    run as subject,
    target_table,
    loaded_at as since,
    datediff('minute', loaded_at, current_timestamp()) as matters,
    'nothing has come from this load: SELECT dynamo_load_status(''' || run || ''') tells how it is' as detail,
    'CALL copy_dynamo_events()' as mend
from loads
where state = 'running' and loaded_at < dateadd('hour', -2, current_timestamp());

grant select on view <% database %>.<% schema %>.dynamo_attention to role <% user_role %>;

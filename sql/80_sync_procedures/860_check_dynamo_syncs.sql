-- CALL check_dynamo_syncs(): looks at the tasks and streams of all syncs now, notes what it saw in dynamo_syncs, and answers it.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.check_dynamo_syncs()
    copy grants
    returns table (
        sync varchar,
        state varchar,
        overdue boolean,
        task_state varchar,
        stream_state varchar,
        stale_after timestamp_ltz,
        waiting number,
        looked_at timestamp_ltz
    )
    language sql
    comment = 'push_to_dynamo: check_dynamo_syncs'
    execute as owner
    as
    $$
declare
    shown varchar default null;
    flaw varchar default null;
    refusal varchar default null;
    found resultset;
begin
    call guard_dynamo_transaction() into :flaw;
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    show tasks like 'DYNAMO_SYNC_TASK_%';
    shown := sqlid;
    update dynamo_sync_definitions
    set
        task_state = seen.state,
        task_error = seen.reason,
        looked_at = current_timestamp()
    from (
        select
            syncs.sync_name,
            coalesce(max(tasks."state"), 'missing') as state,
            max(iff(tasks."state" = 'suspended' and not syncs.is_paused, tasks."last_suspended_reason", null)) as reason
        from dynamo_sync_definitions as syncs
        left join table(result_scan(:shown)) as tasks
            on tasks."name" = upper('dynamo_sync_task_' || syncs.sync_name)
        group by syncs.sync_name
    ) as seen
    where dynamo_sync_definitions.sync_name = seen.sync_name;
    show streams like 'DYNAMO_SYNC_STREAM_%';
    shown := sqlid;
    update dynamo_sync_definitions
    set
        stream_state = iff(capture <> 'stream', null, seen.state),
        stale_after = seen.until
    from (
        select
            syncs.sync_name,
            coalesce(max(iff(streams."stale"::varchar = 'true', 'stale', iff(streams."name" is null, null, 'fresh'))), 'missing') as state,
            max(streams."stale_after"::timestamp_ltz) as until
        from dynamo_sync_definitions as syncs
        left join table(result_scan(:shown)) as streams
            on streams."name" = upper('dynamo_sync_stream_' || syncs.sync_name)
        group by syncs.sync_name
    ) as seen
    where dynamo_sync_definitions.sync_name = seen.sync_name;
    call rest_dynamo_sweep();
    found := (
        select
            sync,
            state,
            overdue,
            task_state,
            stream_state,
            stale_after,
            waiting,
            looked_at
        from dynamo_syncs
        order by sync
    );
    return table(found);
end
$$;

grant usage on procedure <% database %>.<% schema %>.check_dynamo_syncs() to role <% user_role %>;

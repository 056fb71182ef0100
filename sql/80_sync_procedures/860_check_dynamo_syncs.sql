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
        task_state = coalesce(
            (select max(tasks."state") from table(result_scan(:shown)) as tasks where tasks."name" = upper('dynamo_sync_task_' || sync_name)),
            'missing'
        ),
        looked_at = current_timestamp();
    show streams like 'DYNAMO_SYNC_STREAM_%';
    shown := sqlid;
    update dynamo_sync_definitions
    set
        stream_state = iff(capture <> 'stream', null, coalesce(
            (
                select max(iff(streams."stale"::varchar = 'true', 'stale', 'fresh'))
                from table(result_scan(:shown)) as streams
                where streams."name" = upper('dynamo_sync_stream_' || sync_name)
            ),
            'missing'
        )),
        stale_after = (
            select max(streams."stale_after"::timestamp_ltz)
            from table(result_scan(:shown)) as streams
            where streams."name" = upper('dynamo_sync_stream_' || sync_name)
        );
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

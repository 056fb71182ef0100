-- CALL start_dynamo_sync(name): runs the task of a sync now and returns at once; the run shows in dynamo_sync_runs.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.start_dynamo_sync(sync varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: start_dynamo_sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    flaw varchar default null;
    refusal varchar default null;
begin
    call guard_dynamo_sync(:sync) into :flaw;
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    statement := 'execute task dynamo_sync_task_' || sync;
    begin
        execute immediate :statement;
    exception
        when other then
            refusal := (
                select dynamo_sync_refusal(
                    'the task of sync ' || :sync || ' cannot be run (' || dynamo_sync_reason(:sqlerrm)
                    || '): CALL run_dynamo_sync(''' || :sync || ''') runs the sync here; CALL alter_dynamo_sync(''' || :sync
                    || ''', OBJECT_CONSTRUCT(''schedule'', …)) makes its task again'
                )
            );
            execute immediate :refusal;
    end;
    return 'Sync ' || sync || ' started: SELECT * FROM dynamo_sync_runs WHERE sync = ''' || sync || ''' ORDER BY started_at DESC';
end
$$;

grant usage on procedure <% database %>.<% schema %>.start_dynamo_sync(varchar) to role <% user_role %>;

-- CALL pause_dynamo_sync(name): stops the task and the sweep; a run by hand stays possible, and one that is at work goes on. A stream that
-- nobody reads goes stale: see dynamo_syncs.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.pause_dynamo_sync(sync varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: pause_dynamo_sync'
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
    update dynamo_sync_definitions set is_paused = true where sync_name = :sync;
    statement := 'alter task if exists dynamo_sync_task_' || sync || ' suspend';
    execute immediate :statement;
    call rest_dynamo_sweep();
    return 'Sync ' || sync || ' paused.';
end
$$;

grant usage on procedure <% database %>.<% schema %>.pause_dynamo_sync(varchar) to role <% user_role %>;

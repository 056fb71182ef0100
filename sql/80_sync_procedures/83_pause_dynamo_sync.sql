-- CALL pause_dynamo_sync(name): stops the task; a run by hand stays possible. A stream that nobody reads goes stale: see dynamo_syncs.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.pause_dynamo_sync(sync varchar)
    returns varchar
    language sql
    comment = 'push_to_dynamo: pause_dynamo_sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    ignored varchar default null;
begin
    -- An unknown name ends here, with the nearest one.
    if (not exists (select 1 from dynamo_sync_definitions where sync_name = :sync)) then
        ignored := (
            select dynamo_sync_refuse(
                'there is no sync ''' || coalesce(:sync, '') || ''': ' || iff(
                    min(editdistance(sync_name, :sync)) <= greatest(2, floor(length(:sync) / 3)),
                    'did you mean ''' || min_by(sync_name, editdistance(sync_name, :sync)) || '''?',
                    'SELECT * FROM dynamo_syncs lists them'
                )
            )
            from dynamo_sync_definitions
        );
    end if;
    update dynamo_sync_definitions set is_paused = true where sync_name = :sync;
    statement := 'alter task if exists dynamo_sync_task_' || sync || ' suspend';
    execute immediate :statement;
    return 'Sync ' || sync || ' paused.';
end
$$;

grant usage on procedure <% database %>.<% schema %>.pause_dynamo_sync(varchar) to role <% user_role %>;

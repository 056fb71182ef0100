-- CALL resume_dynamo_sync(name): starts the task again, also after it suspended itself.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.resume_dynamo_sync(sync varchar)
    returns varchar
    language sql
    comment = 'push_to_dynamo: resume_dynamo_sync'
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
    -- Whoever resumes a sync knows that no run is at work: a run that was cut off lets go of it.
    update dynamo_sync_definitions set run = null, run_until = null where sync_name = :sync;
    update dynamo_sync_definitions set is_paused = false where sync_name = :sync;
    statement := 'alter task if exists dynamo_sync_task_' || sync || ' resume';
    execute immediate :statement;
    return 'Sync ' || sync || ' resumed.';
end
$$;

grant usage on procedure <% database %>.<% schema %>.resume_dynamo_sync(varchar) to role <% user_role %>;

-- CALL resume_dynamo_sync(name [, options]): starts the task again, also after it suspended itself. A run that is at work keeps its
-- hold; option force takes it from it, for when you know that the run was cut off. Option run has the task run at once.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.resume_dynamo_sync(sync varchar, options object default null)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: resume_dynamo_sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    given varchar default null;
    flaw varchar default null;
    refusal varchar default null;
    holder varchar default null;
    starts boolean default null;
begin
    call guard_dynamo_sync(:sync) into :flaw;
    given := (select coalesce(to_json(:options), '{}'));
    if (flaw is null) then
        call check_dynamo_sync_options('resume_dynamo_sync', :given) into :flaw;
    end if;
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    starts := (select coalesce(parse_json(:given)['run']::boolean, false));
    update dynamo_sync_definitions
    set
        is_paused = false,
        failing_since = null
    where sync_name = :sync;
    update dynamo_sync_definitions
    set
        held_by = null,
        held_since = null,
        held_until = null
    where sync_name = :sync and (held_until < current_timestamp() or coalesce(parse_json(:given)['force']::boolean, false));
    holder := (
        select iff(held_by is null, '', ' A run holds it since ' || to_varchar(convert_timezone('UTC', held_since), 'YYYY-MM-DD HH24:MI:SS')
            || ' UTC; if that run was cut off, option force lets go of it.')
        from dynamo_sync_definitions
        where sync_name = :sync
    );
    statement := (
        select iff(schedule is null, null, 'alter task if exists dynamo_sync_task_' || :sync || ' resume')
        from dynamo_sync_definitions
        where sync_name = :sync
    );
    if (statement is not null) then
        execute immediate :statement;
        update dynamo_sync_definitions set task_state = 'started', task_error = null where sync_name = :sync;
    end if;
    call rest_dynamo_sweep();
    if (starts) then
        call start_dynamo_sync(:sync);
        return 'Sync ' || sync || ' resumed, its task runs.' || holder;
    end if;
    return 'Sync ' || sync || ' resumed.' || holder;
end
$$;

grant usage on procedure <% database %>.<% schema %>.resume_dynamo_sync(varchar, object) to role <% user_role %>;

-- Makes the task of a sync anew, and starts it where the sync has a schedule and is not paused. Without a schedule the task runs when
-- start_dynamo_sync says so. Tasks do not overlap, and one that fails ten times in a row suspends itself.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.make_dynamo_task(sync varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: make_dynamo_task'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    schedule varchar default null;
    is_started boolean default null;
begin
    schedule := (select syncs.schedule from dynamo_sync_definitions as syncs where syncs.sync_name = :sync);
    is_started := (
        select syncs.schedule is not null and not is_paused
        from dynamo_sync_definitions as syncs
        where syncs.sync_name = :sync
    );
    statement := (
        select
            'create or replace task dynamo_sync_task_' || :sync || ' <% task_settings_text %>'
            || case
                when :schedule is null or :schedule ilike 'on change' then ''
                when :schedule ilike 'cron %'
                    then ' schedule = ''USING CRON ' || substr(:schedule, 6) || iff(regexp_count(trim(:schedule), ' +') < 6, ' UTC', '') || ''''
                else ' schedule = ''' || upper(:schedule) || ''''
            end
            || ' user_task_timeout_ms = 7200000 suspend_task_after_num_failures = 10 comment = ''push_to_dynamo: sync ' || :sync || ''''
            || iff(:schedule ilike 'on change', ' when system$stream_has_data(''dynamo_sync_stream_' || :sync || ''')', '')
            || ' as call run_dynamo_sync(''' || :sync || ''', object_construct(''fail'', true))'
    );
    execute immediate :statement;
    if (is_started) then
        statement := 'alter task dynamo_sync_task_' || sync || ' resume';
        execute immediate :statement;
    end if;
    return null;
end
$$;

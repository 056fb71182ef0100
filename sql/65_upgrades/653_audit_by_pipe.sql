-- Upgrade from 0.1.0: the task that woke a warehouse for the audit goes, and the pipe takes its place. What the task had not copied is
-- copied once more, by its own load history; the pipe starts with what comes after (copy_dynamo_events).
-- Run by: the owner role.   Leaves: no task that runs on a clock.

use role <% owner_role %>;

use warehouse <% warehouse %>;

use schema <% database %>.<% schema %>;

execute immediate
$$
declare
    has_task boolean default true;
begin
    begin
        alter task copy_load_events suspend;
    exception
        when other then
            has_task := false;
    end;
    if (has_task) then
        copy into load_events (event, file_name, file_row, loaded_at)
        from (
            select
                $1,
                metadata$filename,
                metadata$file_row_number,
                metadata$start_scan_time
            from @audit_stage
        )
        file_format = (format_name = 'audit_format')
        on_error = 'SKIP_FILE';
    end if;
    return has_task;
end
$$;

drop task if exists <% database %>.<% schema %>.copy_load_events;

insert into <% database %>.<% schema %>.dynamo_upgrades (step, done_at)
select
    '653_audit_by_pipe',
    current_timestamp()
where not exists (select step from <% database %>.<% schema %>.dynamo_upgrades where step = '653_audit_by_pipe');

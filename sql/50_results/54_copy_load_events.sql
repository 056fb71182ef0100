-- Copies new lines of audit/ every hour (each run costs a minute of the warehouse); load history makes repeats harmless.
-- Run by: the owner role.   Leaves: a task that runs.

use role <% owner_role %>;

create or replace task <% database %>.<% schema %>.copy_load_events
    warehouse = <% warehouse %>
    schedule = '60 MINUTES'
    comment = 'push_to_dynamo: audit/ to load_events'
    as
    copy into <% database %>.<% schema %>.load_events (event, file_name, file_row, loaded_at)
    from (
        select
            $1,
            metadata$filename,
            metadata$file_row_number,
            metadata$start_scan_time
        from @<% database %>.<% schema %>.audit_stage
    )
    file_format = (format_name = '<% database %>.<% schema %>.audit_format')
    on_error = 'SKIP_FILE';

alter task <% database %>.<% schema %>.copy_load_events resume;

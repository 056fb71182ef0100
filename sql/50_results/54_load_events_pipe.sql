-- Copies the lines of audit/ as they arrive: no task and no warehouse, 0.0037 credits a GB
-- (https://docs.snowflake.com/en/release-notes/2025/other/2025-12-08-snowpipe-simplified-pricing). S3 tells Snowflake's queue of new
-- files; the set-up reads the queue from SHOW PIPES and gives it to the bucket (snowflake.auditQueue of cdk.json).
-- Run by: the owner role.   Leaves: a pipe.

use role <% owner_role %>;

create pipe if not exists <% database %>.<% schema %>.load_events_pipe
    auto_ingest = true
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
    file_format = (format_name = '<% database %>.<% schema %>.audit_format');

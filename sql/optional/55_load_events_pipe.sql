-- In place of 54: Snowpipe, told of new files by an SNS topic of yours. Never run both.
-- Run by: the owner role, after suspending the task.   Leaves: a pipe.

use role <% owner_role %>;

create pipe if not exists <% database %>.<% schema %>.load_events_pipe
    auto_ingest = true
    aws_sns_topic = '<% audit_topic_arn %>'
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

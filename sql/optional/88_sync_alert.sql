-- A mail when a run of a sync has failed. Needs a notification integration of type email that names the address.
-- Run by: the owner role, with execute alert and usage on the integration.   Leaves: an alert that runs.

use role <% owner_role %>;

create alert if not exists <% database %>.<% schema %>.dynamo_sync_alert
    warehouse = <% warehouse %>
    schedule = '10 MINUTES'
    comment = 'push_to_dynamo: failed runs of syncs'
    if (exists (
        select run
        from <% database %>.<% schema %>.dynamo_sync_runs
        where
            state = 'failed'
            and ended_at between snowflake.alert.last_successful_scheduled_time() and snowflake.alert.scheduled_time()
    ))
    then call system$send_email(
        '<% email_integration %>',
        '<% email %>',
        'push_to_dynamo: a sync has failed',
        'SELECT * FROM dynamo_sync_runs WHERE state = ''failed'' ORDER BY ended_at DESC'
    );

alter alert <% database %>.<% schema %>.dynamo_sync_alert resume;

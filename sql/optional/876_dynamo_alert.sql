-- Tells of what needs a person: runs that failed or stay incomplete, stale streams, suspended tasks, syncs that are overdue, rows set aside.
-- It also acts when nobody has looked at tasks and streams for two hours, since a view cannot, and when a day of the audit is to be summed up,
-- which syncs do by themselves and pushes and loads alone cannot. Every 60 minutes; serverless some seconds
-- each time. https://docs.snowflake.com/en/user-guide/alerts
-- Run by: the owner role, with execute alert and usage on the integration.   Leaves: an alert that runs.

use role <% owner_role %>;

create or replace alert <% database %>.<% schema %>.dynamo_alert -- noqa: PRS
    schedule = '<% alert_minutes %> MINUTE'
    <% alert_compute %>
    comment = 'push_to_dynamo: what needs a person'
    if (exists (
        select kind from <% database %>.<% schema %>.dynamo_untold
        union all
        select sync as kind
        from <% database %>.<% schema %>.dynamo_syncs
        where (schedule is not null or capture = 'stream') and coalesce(looked_at, created_at) < dateadd('hour', -2, current_timestamp())
        union all
        select 'days' as kind
        from <% database %>.<% schema %>.dynamo_audit_facts as facts
        cross join (select max(counted_until) as until from <% database %>.<% schema %>.dynamo_audit_day_counts) as summed
        where
            coalesce(summed.until < dateadd('day', -1, current_timestamp()), true)
            and (summed.until is null or facts.loaded_at > summed.until)
            and facts.loaded_at <= dateadd('hour', -1, current_timestamp())
    ))
    then call <% database %>.<% schema %>.tell_dynamo_attention();

alter alert <% database %>.<% schema %>.dynamo_alert resume; -- noqa: PRS

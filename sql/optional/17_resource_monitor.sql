-- A limit of credits a month for the warehouse: a mail to account administrators at 80 percent, no new statement at 100. Serverless
-- tasks, alerts and pipes are outside of it. https://docs.snowflake.com/en/user-guide/resource-monitors
-- Run by: the admin role (only an account administrator makes one).   Leaves: a monitor on the warehouse.

use role <% admin_role %>;

create resource monitor if not exists <% warehouse %>_monitor with -- noqa: PRS
    credit_quota = <% credit_quota %>
    frequency = monthly
    start_timestamp = immediately
    triggers
    on 80 percent do notify
    on 100 percent do suspend;

alter resource monitor <% warehouse %>_monitor set credit_quota = <% credit_quota %>; -- noqa: PRS

alter warehouse <% warehouse %> set resource_monitor = <% warehouse %>_monitor;

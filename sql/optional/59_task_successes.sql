-- Lets tasks of the owner role tell of a run that ended well by a notification integration of yours (snowflake.taskSuccesses of cdk.json).
-- https://docs.snowflake.com/en/user-guide/tasks-errors-integrate
-- Run by: the admin role.   Leaves: usage on that integration.

use role <% admin_role %>;

grant usage on integration <% task_successes %> to role <% owner_role %>;

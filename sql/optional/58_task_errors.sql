-- Lets tasks of the owner role tell of a run that failed by a notification integration of yours (snowflake.taskErrors of cdk.json).
-- https://docs.snowflake.com/en/user-guide/tasks-errors-integrate
-- Run by: the admin role.   Leaves: usage on that integration.

use role <% admin_role %>;

grant usage on integration <% task_errors %> to role <% owner_role %>;

-- Lets tasks of the owner role run without a warehouse (snowflake.tasks of cdk.json: serverless). Some seconds of compute a run instead of
-- the minute that a warehouse costs at least. https://docs.snowflake.com/en/sql-reference/sql/create-task
-- Run by: the admin role.   Leaves: a privilege of the owner role.

use role <% admin_role %>;

grant execute managed task on account to role <% owner_role %>;

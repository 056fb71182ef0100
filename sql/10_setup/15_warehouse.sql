-- A small warehouse of its own: what pushes, pushes politely, and its cost is seen apart. What new accounts turn on by default is off:
-- query acceleration (https://docs.snowflake.com/en/release-notes/bcr-bundles/2026_06/bcr-2373) and the dearer second generation
-- (https://docs.snowflake.com/en/user-guide/warehouses-gen2): a statement waits for DynamoDB here, not for CPU. It is made once: what
-- you change about it stays.
-- Run by: sysadmin.   Leaves: a warehouse, suspended.

use role sysadmin;

create warehouse if not exists <% warehouse %>
    warehouse_size = 'XSMALL'
    generation = '1'
    enable_query_acceleration = false
    auto_suspend = 60
    auto_resume = true
    initially_suspended = true
    statement_timeout_in_seconds = 14400
    statement_queued_timeout_in_seconds = 1800
    comment = 'push_to_dynamo';

grant usage on warehouse <% warehouse %> to role <% owner_role %>;

grant usage on warehouse <% warehouse %> to role <% user_role %>;

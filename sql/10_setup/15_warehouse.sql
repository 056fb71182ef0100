-- A small warehouse of its own: what pushes, pushes politely, and its cost is seen apart.
-- Run by: sysadmin.   Leaves: a warehouse, suspended.

use role sysadmin;

create warehouse if not exists <% warehouse %>
    warehouse_size = 'XSMALL'
    auto_suspend = 60
    auto_resume = true
    initially_suspended = true
    comment = 'push_to_dynamo';

grant usage on warehouse <% warehouse %> to role <% owner_role %>;

grant usage on warehouse <% warehouse %> to role <% user_role %>;

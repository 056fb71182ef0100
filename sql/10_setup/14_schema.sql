-- The schema of functions and results.
-- Run by: the owner role.   Leaves: a schema that callers may use.

use role <% owner_role %>;

create schema if not exists <% database %>.<% schema %>
    default_ddl_collation = ''
    comment = 'push_to_dynamo: functions, results, stage';

grant usage on schema <% database %>.<% schema %> to role <% user_role %>;

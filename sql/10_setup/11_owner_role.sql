-- The role that owns everything of push_to_dynamo.
-- Run by: useradmin and securityadmin.   Leaves: a role, granted to sysadmin.

use role useradmin;

create role if not exists <% owner_role %>
    comment = 'Owns push_to_dynamo';

use role securityadmin;

grant role <% owner_role %> to role sysadmin;

grant role <% owner_role %> to role <% admin_role %>;

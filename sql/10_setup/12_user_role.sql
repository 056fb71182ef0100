-- The role whose members may push.
-- Run by: useradmin and securityadmin.   Leaves: a role, granted to the owner role.

use role useradmin;

create role if not exists <% user_role %>
    comment = 'May call push_to_dynamo';

use role securityadmin;

grant role <% user_role %> to role <% owner_role %>;

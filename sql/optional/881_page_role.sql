-- The role that owns the page to look: it may read six views and call nothing, so neither may the page, whoever opens it.
-- Run by: useradmin and securityadmin.   Leaves: a role, granted to the owner role.

use role useradmin;

create role if not exists <% page_role %>
    comment = 'push_to_dynamo: owns the page to look';

use role securityadmin;

grant role <% page_role %> to role <% owner_role %>;

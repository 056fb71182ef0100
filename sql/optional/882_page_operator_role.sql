-- The role that owns the page to operate: what the page to look may, and the calls that mend.
-- Run by: useradmin and securityadmin.   Leaves: a role, granted to the owner role.

use role useradmin;

create role if not exists <% page_operator_role %>
    comment = 'push_to_dynamo: owns the page to operate';

use role securityadmin;

grant role <% page_role %> to role <% page_operator_role %>;

grant role <% page_operator_role %> to role <% owner_role %>;

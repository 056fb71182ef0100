-- Lets the owner role run tasks.
-- Run by: the admin role.   Leaves: a privilege of the owner role.

use role <% admin_role %>;

grant execute task on account to role <% owner_role %>;

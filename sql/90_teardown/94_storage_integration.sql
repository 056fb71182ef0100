-- The way to the bucket: gone for good.
-- Run by: the admin role.   Leaves: nothing.

use role <% admin_role %>;

drop integration if exists <% storage_integration %>;

-- The way to API Gateway: gone for good.
-- Run by: the admin role.   Leaves: nothing.

use role <% admin_role %>;

drop integration if exists <% api_integration %>;

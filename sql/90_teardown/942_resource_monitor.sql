-- The limit of credits of the warehouse, where it was made (snowflake.creditQuota): gone for good. Monitors of your own stay.
-- Run by: the admin role (only an account administrator drops one).   Leaves: nothing.

use role <% admin_role %>;

drop resource monitor if exists <% warehouse %>_monitor; -- noqa: PRS

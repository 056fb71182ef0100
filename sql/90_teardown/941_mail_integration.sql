-- The way to the mailbox of snowflake.alerts.mail, where it was made: gone for good. An integration of your own (snowflake.alerts.integration)
-- has another name, and stays.
-- Run by: the admin role.   Leaves: nothing.

use role <% admin_role %>;

drop integration if exists <% mail_integration %>;

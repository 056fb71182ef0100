-- Lets the owner role run alerts, without a warehouse as well, and send by the integration.
-- https://docs.snowflake.com/en/sql-reference/sql/create-alert
-- Run by: the admin role.   Leaves: privileges of the owner role.

use role <% admin_role %>;

grant execute alert on account to role <% owner_role %>;

grant execute managed alert on account to role <% owner_role %>; -- noqa: PRS

grant usage on integration <% alert_integration %> to role <% owner_role %>;

-- Which URLs functions may call: this API and no other.
-- Below, noqa marks what the linter does not know and Snowflake does.
-- Run by: the admin role, after the deployment.   Leaves: narrow prefixes on the integration.

use role <% admin_role %>;

alter integration <% api_integration %> set -- noqa: PRS
    api_allowed_prefixes = ('<% api_url %>/');

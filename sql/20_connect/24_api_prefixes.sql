-- Which URLs functions may call: this API and no other.
-- sqlfluff does not know this setting of alter integration: noqa.
-- Run by: the admin role, after the deployment.   Leaves: narrow prefixes on the integration.

use role <% admin_role %>;

alter integration <% api_integration %> set -- noqa: PRS
    api_allowed_prefixes = ('<% api_url %>/');

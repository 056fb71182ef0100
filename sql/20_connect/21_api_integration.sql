-- Snowflake to API Gateway. Never replaced: that would change the external id and break the trust.
-- Below, noqa marks what the linter does not know and Snowflake does.
-- Run by: the admin role (create integration).   Leaves: an integration whose prefixes 24_api_prefixes.sql sets.

use role <% admin_role %>;

create api integration if not exists <% api_integration %>
    api_provider = <% api_provider %>
    api_aws_role_arn = '<% invoke_role_arn %>'
    api_allowed_prefixes = ('<% first_prefix %>')
    enabled = true
    comment = 'push_to_dynamo: the row API';

alter integration <% api_integration %> set -- noqa: PRS
    api_aws_role_arn = '<% invoke_role_arn %>'
    enabled = true;

grant usage on integration <% api_integration %> to role <% owner_role %>;

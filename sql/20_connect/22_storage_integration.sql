-- Snowflake to the bucket. Its external id is ours, so that even a new integration keeps the trust.
-- Below, noqa marks what the linter does not know and Snowflake does.
-- Run by: the admin role (create integration).   Leaves: an integration that the owner role may use.

use role <% admin_role %>;

create storage integration if not exists <% storage_integration %>
    type = external_stage
    storage_provider = '<% storage_provider %>'
    storage_aws_role_arn = '<% unload_role_arn %>'
    storage_aws_external_id = '<% external_id %>'  -- noqa: PRS
    <% storage_endpoint %>
    enabled = true
    storage_allowed_locations = ('<% bucket_url %>/unload/', '<% bucket_url %>/audit/', '<% bucket_url %>/rejected/')
    comment = 'push_to_dynamo: chunks and audit';

alter integration <% storage_integration %> set
    storage_aws_role_arn = '<% unload_role_arn %>'
    storage_aws_external_id = '<% external_id %>'
    <% storage_endpoint %>
    enabled = true
    storage_allowed_locations = ('<% bucket_url %>/unload/', '<% bucket_url %>/audit/', '<% bucket_url %>/rejected/');

grant usage on integration <% storage_integration %> to role <% owner_role %>;

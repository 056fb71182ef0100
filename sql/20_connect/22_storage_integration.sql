-- Snowflake to the bucket. Its external id is ours, so that even a new integration keeps the trust.
-- sqlfluff knows neither storage_aws_external_id nor these settings of alter integration: noqa.
-- Run by: the admin role (create integration).   Leaves: an integration that the owner role may use.

use role <% admin_role %>;

create storage integration if not exists <% storage_integration %>
    type = external_stage
    storage_provider = s3
    storage_aws_role_arn = '<% unload_role_arn %>'
    storage_aws_external_id = '<% external_id %>'  -- noqa: PRS
    enabled = true
    storage_allowed_locations = ('s3://<% bucket %>/unload/', 's3://<% bucket %>/audit/', 's3://<% bucket %>/rejected/')
    comment = 'push_to_dynamo: chunks and audit';

alter integration <% storage_integration %> set
    storage_aws_role_arn = '<% unload_role_arn %>'
    storage_aws_external_id = '<% external_id %>'
    enabled = true
    storage_allowed_locations = ('s3://<% bucket %>/unload/', 's3://<% bucket %>/audit/', 's3://<% bucket %>/rejected/');

grant usage on integration <% storage_integration %> to role <% owner_role %>;

-- Where COPY INTO writes chunks and manifests.
-- Run by: the owner role.   Leaves: a stage.

use role <% owner_role %>;

create stage if not exists <% database %>.<% schema %>.chunk_stage
    url = 's3://<% bucket %>/unload/'
    storage_integration = <% storage_integration %>
    comment = 'push_to_dynamo: unload';

grant usage on stage <% database %>.<% schema %>.chunk_stage to role <% user_role %>;

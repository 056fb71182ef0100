-- Where COPY INTO writes chunks and manifests.
-- Run by: the owner role.   Leaves: a stage.

use role <% owner_role %>;

create stage if not exists <% database %>.<% schema %>.chunk_stage
    url = '<% bucket_url %>/unload/'
    storage_integration = <% storage_integration %>
    comment = 'push_to_dynamo: unload';

alter stage <% database %>.<% schema %>.chunk_stage set
    url = '<% bucket_url %>/unload/'
    storage_integration = <% storage_integration %>;

grant usage on stage <% database %>.<% schema %>.chunk_stage to role <% user_role %>;

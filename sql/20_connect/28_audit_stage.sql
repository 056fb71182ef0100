-- Where the loader writes what became of each chunk.
-- Run by: the owner role.   Leaves: a stage.

use role <% owner_role %>;

create stage if not exists <% database %>.<% schema %>.audit_stage
    url = '<% bucket_url %>/audit/'
    storage_integration = <% storage_integration %>
    comment = 'push_to_dynamo: audit';

alter stage <% database %>.<% schema %>.audit_stage set
    url = '<% bucket_url %>/audit/'
    storage_integration = <% storage_integration %>;

grant usage on stage <% database %>.<% schema %>.audit_stage to role <% user_role %>;

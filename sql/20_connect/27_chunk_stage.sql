-- Where COPY INTO writes chunks and manifests. Granted to nobody: whoever may write here may load into every table of
-- bulk.tables, and read or replace what others have unloaded.
-- Run by: the owner role.   Leaves: a stage that the owner alone uses.

use role <% owner_role %>;

create stage if not exists <% database %>.<% schema %>.chunk_stage
    url = '<% bucket_url %>/unload/'
    storage_integration = <% storage_integration %>
    comment = 'push_to_dynamo: unload';

alter stage <% database %>.<% schema %>.chunk_stage set
    url = '<% bucket_url %>/unload/'
    storage_integration = <% storage_integration %>;

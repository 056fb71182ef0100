-- Where the loader sets rows aside: a sync reads from here which of its rows were rejected in bulk.
-- Run by: the owner role.   Leaves: a stage.

use role <% owner_role %>;

create stage if not exists <% database %>.<% schema %>.rejected_stage
    url = '<% bucket_url %>/rejected/'
    storage_integration = <% storage_integration %>
    comment = 'push_to_dynamo: rejected';

alter stage <% database %>.<% schema %>.rejected_stage set
    url = '<% bucket_url %>/rejected/'
    storage_integration = <% storage_integration %>;

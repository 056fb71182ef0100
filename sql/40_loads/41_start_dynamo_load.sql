-- Starts a run over unloaded chunks.
-- Run by: the owner role.   Leaves: a function that callers may use.

use role <% owner_role %>;

create or replace external function <% database %>.<% schema %>.start_dynamo_load(table_name varchar, manifest object)
    returns variant
    called on null input
    volatile
    comment = 'push_to_dynamo: POST /loads'
    api_integration = <% api_integration %>
    context_headers = (current_user, current_role, current_account)
    max_batch_rows = <% get_batch_rows %>
    compression = gzip
    as '<% api_url %>/loads';

grant usage on function <% database %>.<% schema %>.start_dynamo_load(varchar, object) to role <% user_role %>;

-- Reads an item, or NULL.
-- Run by: the owner role.   Leaves: a function that callers may use.

use role <% owner_role %>;

create or replace external function <% database %>.<% schema %>.get_from_dynamo(table_name varchar, key object)
    returns variant
    called on null input
    volatile
    comment = 'push_to_dynamo: POST /get'
    api_integration = <% api_integration %>
    context_headers = (current_user, current_role, current_account)
    max_batch_rows = <% get_batch_rows %>
    compression = gzip
    as '<% api_url %>/get';

grant usage on function <% database %>.<% schema %>.get_from_dynamo(varchar, object) to role <% user_role %>;

-- Pushes a row: one answer a row.
-- Run by: the owner role.   Leaves: a function that callers may use.

use role <% owner_role %>;

create or replace external function <% database %>.<% schema %>.push_to_dynamo(table_name varchar, item object)
    returns variant
    called on null input
    volatile
    comment = 'push_to_dynamo: POST /push'
    api_integration = <% api_integration %>
    context_headers = (current_user, current_role, current_account)
    max_batch_rows = <% push_batch_rows %>
    compression = gzip
    as '<% api_url %>/push';

grant usage on function <% database %>.<% schema %>.push_to_dynamo(varchar, object) to role <% user_role %>;

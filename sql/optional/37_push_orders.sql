-- A push that reaches one table only: HEADERS narrows the allow-list, so a grant on it is a grant on a table.
-- Copy it, with a name, tables (comma separated) and a role of yours; it takes the same arguments as push_to_dynamo.
-- Run by: the owner role.   Leaves: a function for one table.

use role <% owner_role %>;

create or replace external function <% database %>.<% schema %>.push_orders(table_name varchar, item object, options object)
    returns variant
    called on null input
    volatile
    comment = 'push_to_dynamo: POST /push, table orders'
    api_integration = <% api_integration %>
    headers = ('push-tables' = 'orders')
    context_headers = (current_user, current_role, current_account)
    max_batch_rows = <% push_batch_rows %>
    compression = gzip
    as '<% api_url %>/push';

grant usage on function <% database %>.<% schema %>.push_orders(varchar, object, object) to role <% user_role %>;

-- Tells how far a run is.
-- Run by: the owner role.   Leaves: a function that callers may use.

use role <% owner_role %>;

create or replace external function <% database %>.<% schema %>.dynamo_load_status(run varchar)
    returns variant
    called on null input
    volatile
    comment = 'push_to_dynamo: POST /loads/status'
    api_integration = <% api_integration %>
    context_headers = (current_user, current_role, current_account)
    max_batch_rows = <% get_batch_rows %>
    compression = gzip
    as '<% api_url %>/loads/status';

grant usage on function <% database %>.<% schema %>.dynamo_load_status(varchar) to role <% user_role %>;

-- Ends a run: workers stop at their next checkpoint; redrive_dynamo_load goes on with it.
-- Run by: the owner role.   Leaves: a function that callers may use.

use role <% owner_role %>;

create or replace external function <% database %>.<% schema %>.cancel_dynamo_load(run varchar)
    returns variant
    called on null input
    volatile
    comment = 'push_to_dynamo: POST /loads/cancel'
    api_integration = <% api_integration %>
    context_headers = (current_user, current_role, current_account)
    max_batch_rows = <% get_batch_rows %>
    compression = gzip
    as '<% api_url %>/loads/cancel';

grant usage on function <% database %>.<% schema %>.cancel_dynamo_load(varchar) to role <% user_role %>;

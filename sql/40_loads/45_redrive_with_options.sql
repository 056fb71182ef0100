-- Sends what a run set aside through again, with other options.
-- Run by: the owner role.   Leaves: a function that callers may use.

use role <% owner_role %>;

create or replace external function <% database %>.<% schema %>.redrive_dynamo_load(run varchar, options object)
    returns variant
    called on null input
    volatile
    comment = 'push_to_dynamo: POST /loads/redrive'
    api_integration = <% api_integration %>
    context_headers = (current_user, current_role, current_account)
    max_batch_rows = <% get_batch_rows %>
    compression = gzip
    as '<% api_url %>/loads/redrive';

grant usage on function <% database %>.<% schema %>.redrive_dynamo_load(varchar, object) to role <% user_role %>;

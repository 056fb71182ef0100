-- Says what a load would cost; writes nothing.
-- Run by: the owner role.   Leaves: a function that callers may use.

use role <% owner_role %>;

create or replace external function <% database %>.<% schema %>.plan_dynamo_load(table_name varchar, manifest object)
    returns variant
    called on null input
    volatile
    comment = 'push_to_dynamo: POST /loads/plan'
    api_integration = <% api_integration %>
    context_headers = (current_user, current_role, current_account)
    max_batch_rows = 1
    compression = gzip
    as '<% api_url %>/loads/plan';

grant usage on function <% database %>.<% schema %>.plan_dynamo_load(varchar, object) to role <% user_role %>;

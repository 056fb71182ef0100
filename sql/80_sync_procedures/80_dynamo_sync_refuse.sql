-- Ends a statement with a message of ours: an exception of Snowflake Scripting has none that is made at run time.
-- Run by: the owner role.   Leaves: a function that callers may use.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_sync_refuse(message varchar)
    returns varchar
    language javascript
    comment = 'push_to_dynamo: an error with this message'
    as
    $$
    throw MESSAGE
$$;

grant usage on function <% database %>.<% schema %>.dynamo_sync_refuse(varchar) to role <% user_role %>;

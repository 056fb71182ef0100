-- A block that ends a statement with this message: a declared exception has none that is made at run time.
-- https://docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions
-- Run by: the owner role.   Leaves: a function of the owner role.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_sync_refusal(message varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: dynamo_sync_refusal'
    as
    $$
    'declare refused exception (-20001, ''' || replace(replace(message, '\\', '\\\\'), '''', '''''') || '''); begin raise refused; end'
$$;

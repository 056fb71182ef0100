-- A source as it stands after FROM: a name, or a query in parentheses. The line break ends a comment at its end.
-- Run by: the owner role.   Leaves: a function of the owner role.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_sync_from(source varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: dynamo_sync_from'
    as
    $$
    iff(
        regexp_like(source, '("([^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*)([.]("([^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*)){0,2}'),
        source,
        '(' || source || '\n)'
    )
$$;

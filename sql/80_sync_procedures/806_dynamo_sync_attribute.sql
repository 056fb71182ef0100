-- The attribute that the push options make of a column: rename wins over names.
-- Run by: the owner role.   Leaves: a function of the owner role.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_sync_attribute(column_name varchar, push varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: dynamo_sync_attribute'
    as
    $$
    coalesce(
        get(parse_json(push)['rename'], column_name)::varchar,
        case parse_json(push)['names']::varchar
            when 'lower' then lower(column_name)
            when 'camel' then iff(
                not contains(column_name, '_') and column_name <> upper(column_name),
                column_name,
                replace(lower(left(column_name, 1)) || substr(initcap(lower(column_name), '_'), 2), '_', '')
            )
            else column_name
        end
    )
$$;

-- The columns of a source by name, [{"name", "type"}], without reading a row and without DESCRIBE, which not every account allows to a
-- procedure with its owner's rights.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.describe_dynamo_source(source varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: describe_dynamo_source'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    from_nothing varchar default null;
    query varchar default null;
    names varchar default null;
    types varchar default null;
begin
    from_nothing := (
        select ' from (select 1 as "dynamo_sync_nothing") as nothing left join ' || dynamo_sync_from(:source) || ' as source on false'
    );
    statement := 'select to_json(object_keys(object_construct_keep_null(*))) as names' || from_nothing;
    execute immediate :statement;
    query := sqlid;
    names := (
        select to_json(array_agg(held.value::varchar) within group (order by held.value::varchar))
        from table(result_scan(:query)) as answered, lateral flatten(input => parse_json(answered.names)) as held
        where held.value::varchar <> 'dynamo_sync_nothing'
    );
    statement := (
        select
            'select to_json(array_construct('
            || listagg('system$typeof(source."' || replace(value::varchar, '"', '""') || '")', ', ') within group (order by index)
            || ')) as types' || :from_nothing
        from table(flatten(input => parse_json(:names)))
    );
    execute immediate :statement;
    query := sqlid;
    types := (select types from table(result_scan(:query)));
    return (
        select to_json(array_agg(object_construct('name', value::varchar, 'type', get(parse_json(:types), index)::varchar))
            within group (order by index))
        from table(flatten(input => parse_json(:names)))
    );
end
$$;

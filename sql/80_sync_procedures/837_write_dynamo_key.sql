-- The key of a row as get_from_dynamo takes it, an expression over item_key: names, rename, types and keys count.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.write_dynamo_key(sync varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: write_dynamo_key'
    execute as owner
    as
    $$
begin
    return (
        with
        options as (
            select
                parse_json(key_columns) as key_columns,
                push
            from dynamo_sync_definitions
            where sync_name = :sync
        ),
        columns as (
            select
                columns.index as place,
                columns.value::varchar as column_name,
                dynamo_sync_attribute(columns.value::varchar, options.push) as attribute,
                parse_json(options.push)['types'] as types
            from options, lateral flatten(input => options.key_columns) as columns
        ),
        parts as (
            select
                place,
                attribute,
                'parse_json(item_key)[''' || replace(replace(column_name, '\\', '\\\\'), '''', '''''') || ''']'
                || iff(get(types, attribute)::varchar = 'S', '::varchar', '') as expression
            from columns
            union all
            select
                1000 + templates.index as place,
                templates.key as attribute,
                '''' || regexp_replace(
                    replace(replace(templates.value::varchar, '\\', '\\\\'), '''', ''''''),
                    '[{]([^{}]+)[}]',
                    ''' || parse_json(item_key)[''\\1'']::varchar || '''
                ) || '''' as expression
            from options, lateral flatten(input => parse_json(options.push)['keys']) as templates
        )
        select
            'object_construct_keep_null('
            || listagg('''' || replace(replace(attribute, '\\', '\\\\'), '''', '''''') || ''', ' || expression, ', ') within group (order by place)
            || ')'
        from parts
    );
end
$$;

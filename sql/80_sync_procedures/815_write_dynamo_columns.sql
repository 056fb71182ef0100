-- The expressions that write a row of a source: {"key", "has_key", "item"} as JSON text in a fixed order of columns, and "floats", the
-- columns whose digits travel as text. Keys in key order, items by name: TO_JSON promises no order.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.write_dynamo_columns(columns varchar, key_columns varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: write_dynamo_columns'
    execute as owner
    as
    $$
begin
    return (
        with
        named as (
            select
                value['name']::varchar as column_name,
                value['type']::varchar as column_type,
                '"' || replace(value['name']::varchar, '"', '""') || '"' as quoted_name
            from table(flatten(input => parse_json(:columns)))
        ),
        written as (
            select
                column_name,
                column_type,
                quoted_name,
                '''' || replace(replace(to_json(to_variant(column_name)), '\\', '\\\\'), '''', '''''') || ':'' || '
                || dynamo_sync_value(quoted_name, column_type) as written
            from named
        ),
        keys as (
            select
                written.written,
                written.quoted_name,
                asked.index as place
            from table(flatten(input => parse_json(:key_columns))) as asked
            inner join written
                on asked.value::varchar = written.column_name
        )
        select to_json(object_construct(
            'item', (select '''{'' || ' || listagg(written, ' || '','' || ') within group (order by column_name) || ' || ''}''' from written),
            'key', (select '''{'' || ' || listagg(written, ' || '','' || ') within group (order by place) || ' || ''}''' from keys),
            'has_key', (select listagg(quoted_name || ' is not null', ' and ') within group (order by place) from keys),
            'floats', (
                select array_agg(column_name)
                from written
                where regexp_like(column_type, '(FLOAT|DOUBLE|REAL).*')
            )
        ))
    );
end
$$;

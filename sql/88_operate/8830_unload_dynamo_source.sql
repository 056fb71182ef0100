-- Copies a table or view into the bucket as chunks of a run, and answers the manifest and the options that the load needs, as JSON text.
-- NDJSON: a row is built in a fixed form by the columns' types, whatever the session's formats. CSV: the same as text; option types says
-- what is no text. DETAILED_OUTPUT gives file, bytes and rows in this order; a chunk is named relative to the manifest.
-- https://docs.snowflake.com/en/sql-reference/sql/copy-into-location
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.unload_dynamo_source(
    source varchar,
    target varchar,
    run varchar,
    options varchar,
    file_type varchar,
    file_bytes number
)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: unload_dynamo_source'
    execute as owner
    as
    $$
declare
    columns varchar default null;
    written varchar default null;
    floats varchar default null;
    given varchar default null;
    file_format varchar default null;
    statement varchar default null;
    copied varchar default null;
    refusal varchar default null;
begin
    call describe_dynamo_source(:source) into :columns;
    refusal := (
        select iff(
            count_if(value['name']::varchar like 'METADATA$%') > 0,
            dynamo_sync_refusal('a stream is no source of load_to_dynamo, since what COPY reads from it is gone: make a sync with capture stream'),
            null
        )
        from table(flatten(input => parse_json(:columns)))
    );
    if (refusal is not null) then
        execute immediate :refusal;
    end if;
    call write_dynamo_columns(:columns, '[]') into :written;
    if (file_type = 'ndjson') then
        written := (select 'parse_json(' || parse_json(:written)['item']::varchar || ') as item');
        file_format := 'format_name = ''chunk_format''';
    else
        written := (
            select listagg(
                dynamo_unload_column('"' || replace(value['name']::varchar, '"', '""') || '"', value['type']::varchar, :file_type), ', '
            ) within group (order by index)
            from table(flatten(input => parse_json(:columns)))
        );
        file_format := iff(
            file_type = 'csv',
            'type = csv compression = gzip field_optionally_enclosed_by = ''"'' escape_unenclosed_field = none',
            'type = parquet'
        );
    end if;
    statement := 'copy into @chunk_stage/' || run || '/ from (select ' || written || ' from ' || source || ') file_format = (' || file_format
        || ') max_file_size = ' || file_bytes || ' include_query_id = true detailed_output = true' || iff(file_type = 'ndjson', '', ' header = true');
    execute immediate :statement;
    copied := sqlid;
    floats := (
        select coalesce(to_json(array_agg(value['name']::varchar)), '[]')
        from table(flatten(input => parse_json(:columns)))
        where
            (:file_type = 'ndjson' and regexp_like(value['type']::varchar, '(FLOAT|DOUBLE|REAL).*'))
            or (
                :file_type = 'csv'
                and regexp_like(value['type']::varchar, '(FLOAT|DOUBLE|REAL|NUMBER|DECIMAL|INT|BIGINT|SMALLINT|TINYINT|DECFLOAT).*')
            )
    );
    call push_options_of_run(:options, :floats, false) into :given;
    given := (
        select iff(
            :file_type <> 'csv' or count(*) = 0,
            :given,
            to_json(object_insert(
                parse_json(:given)::object,
                'types',
                object_agg(attribute, type_name),
                true
            ))
        )
        from (
            select
                key as attribute,
                value as type_name
            from table(flatten(input => parse_json(:given)['types']))
            union all
            select
                dynamo_sync_attribute(value['name']::varchar, :given) as attribute,
                to_variant('BOOL') as type_name
            from table(flatten(input => parse_json(:columns)))
            where
                value['type']::varchar like 'BOOLEAN%'
                and get(parse_json(:given)['types'], dynamo_sync_attribute(value['name']::varchar, :given)) is null
        )
    );
    given := (
        select to_json(iff(
            :file_type = 'csv',
            object_insert(
                parse_json(:given)::object,
                'format',
                object_construct(
                    'type', 'csv', 'field_optionally_enclosed_by', '"', 'escape_unenclosed_field', 'none', 'binary_format', 'base64'
                ),
                true
            ),
            object_insert(parse_json(:given)::object, 'format', object_construct('type', :file_type), true)
        ))
    );
    return (
        select to_json(object_construct(
            'options', parse_json(:given),
            'manifest', object_construct(
                'version', 1,
                'run', :run,
                'table', :target,
                'options', parse_json(:given),
                'query_id', :copied,
                'files', array_agg(object_construct(
                    'name', coalesce(regexp_substr($1, :run || '/(.+)$', 1, 1, 'e'), $1),
                    'rows', $3,
                    'bytes', $2
                ))
            )
        ))
        from table(result_scan(:copied))
    );
end
$$;

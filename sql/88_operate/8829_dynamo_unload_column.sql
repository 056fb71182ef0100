-- A column as COPY writes it into a file of that format: NDJSON as a member of a JSON text, CSV as a cell of text, Parquet as it is where the
-- type has one form there, else as text. Texts have the fixed forms of dynamo_sync_value.
-- Run by: the owner role.   Leaves: a function of the owner role.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_unload_column(column_name varchar, column_type varchar, file_type varchar)
    returns varchar
    language sql
    comment = 'push_to_dynamo: dynamo_unload_column'
    as
    $$
    case
        when
            file_type = 'parquet'
            and regexp_like(column_type, '(FLOAT|DOUBLE|REAL|NUMBER|DECIMAL|INT|BIGINT|SMALLINT|TINYINT|BOOLEAN|BINARY).*')
            then column_name
        else 'parse_json(' || dynamo_sync_value(column_name, column_type) || ')::varchar as ' || column_name
    end
$$;

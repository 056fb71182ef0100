-- The expression that writes a column as JSON text, in a form that depends on its type alone and on no session: dates and times
-- as ISO 8601 with six digits of fraction, nine where the type has more; binary as base64; FLOAT as its digits.
-- column_type is what SYSTEM$TYPEOF gives, such as TIMESTAMP_NTZ(9)[SB8].
-- Run by: the owner role.   Leaves: a function of the owner role.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_sync_value(column_name varchar, column_type varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: dynamo_sync_value'
    as
    $$
    'coalesce('
    || case
        when regexp_like(column_type, '(FLOAT|DOUBLE|REAL).*') then '''"'' || dynamo_sync_float(' || column_name || ') || ''"'''
        when regexp_like(column_type, '(NUMBER|DECIMAL|INT|BIGINT|SMALLINT|TINYINT|DECFLOAT).*') then 'to_varchar(' || column_name || ')'
        when column_type like 'BOOLEAN%' then 'case when ' || column_name || ' then ''true'' when not ' || column_name || ' then ''false'' end'
        when column_type like 'DATE%' then '''"'' || to_varchar(' || column_name || ', ''YYYY-MM-DD'') || ''"'''
        when column_type like 'TIME(%'
            then
                '''"'' || to_varchar(' || column_name || ', ''HH24:MI:SS.FF'
                || iff(regexp_like(column_type, '[A-Z_]+[(][789].*'), '9', '6') || ''') || ''"'''
        when column_type like 'TIMESTAMP_LTZ%'
            then
                '''"'' || to_varchar(convert_timezone(''UTC'', ' || column_name || '), ''YYYY-MM-DD"T"HH24:MI:SS.FF'
                || iff(regexp_like(column_type, '[A-Z_]+[(][789].*'), '9', '6') || ''') || ''Z"'''
        when column_type like 'TIMESTAMP%'
            then
                '''"'' || to_varchar(' || column_name || ', ''YYYY-MM-DD"T"HH24:MI:SS.FF'
                || iff(regexp_like(column_type, '[A-Z_]+[(][789].*'), '9', '6')
                || iff(column_type like 'TIMESTAMP_TZ%', 'TZH:TZM', '') || ''') || ''"'''
        when column_type like 'BINARY%' then '''"'' || to_varchar(' || column_name || ', ''BASE64'') || ''"'''
        when regexp_like(column_type, '(VARIANT|OBJECT|ARRAY|MAP).*') then 'dynamo_sync_json(to_json(to_variant(' || column_name || ')))'
        when column_type like 'VECTOR%' then 'dynamo_sync_json(to_json(to_variant(' || column_name || '::array)))'
        when regexp_like(column_type, '(GEOGRAPHY|GEOMETRY).*') then 'to_json(to_variant(st_asgeojson(' || column_name || ')))'
        else 'to_json(to_variant(to_varchar(' || column_name || ')))'
    end
    || ', ''null'')'
$$;

-- How values arrive in DynamoDB and come back.
-- Part of smoke.sql.

-- 1 How values arrive. Type S keeps a number as it was on the wire; all else is shown as it was stored.
create or replace temporary table smoke_values as
select * from (
    select 'number_38_0' as id, to_variant(99999999999999999999999999999999999999::number(38, 0)) as value
    union all
    select 'number_38_37', to_variant(1.2345678901234567890123456789012345678::number(38, 37))
    union all
    select 'float_0_1', to_variant(0.1::float)
    union all
    select 'float_1e300', to_variant(1e300::float)
    union all
    select 'boolean', to_variant(true)
    union all
    select 'binary', to_variant(to_binary('00FF', 'HEX'))
    union all
    select 'date', to_variant('2026-11-24'::date)
    union all
    select 'time', to_variant('12:34:56.123456789'::time)
    union all
    select 'timestamp_ntz', to_variant('2026-11-24 12:34:56.123456789'::timestamp_ntz)
    union all
    select 'timestamp_ltz', to_variant('2026-11-24 12:34:56.123456789'::timestamp_ltz)
    union all
    select 'timestamp_tz', to_variant('2026-11-24 12:34:56.123456789 +0200'::timestamp_tz)
    union all
    select 'array', to_variant(array_construct(1, null, 'a'))
    union all
    select 'nested_null', to_variant(object_construct_keep_null('a', null, 'b', parse_json('null')))
    union all
    select 'vector', to_variant([1.5, 2.5]::vector(float, 2)::array)  -- noqa: LT01
    union all
    select 'geometry', to_variant(st_asgeojson(to_geometry('POINT(1 2)')))
);

insert into smoke_findings
select
    1,
    id,
    to_varchar(push_to_dynamo('smoke', object_construct_keep_null('id', id, 'value', value))),
    current_timestamp()
from smoke_values;

insert into smoke_findings
select
    1,
    id || ' as sent',
    to_varchar(push_to_dynamo(
        'smoke',
        object_construct('id', id || '_s', 'value', value),
        object_construct('types', object_construct('value', 'S'))
    )),
    current_timestamp()
from smoke_values
where id like 'number%' or id like 'float%';

insert into smoke_findings
select 1, id || ' read back', to_varchar(get_from_dynamo('smoke', object_construct('id', id))), current_timestamp()
from smoke_values;

insert into smoke_findings
select
    1,
    id || ' as sent, read back',
    to_varchar(get_from_dynamo('smoke', object_construct('id', id || '_s'))),
    current_timestamp()
from smoke_values
where id like 'number%' or id like 'float%';

-- 1 NaN and infinity: a refused batch is the expected answer.
execute immediate $$
begin
    insert into smoke_findings
    select
        1,
        'NaN',
        to_varchar(push_to_dynamo('smoke', object_construct('id', 'nan', 'value', 'NaN'::float))),
        current_timestamp();
exception
    when other then
        insert into smoke_findings values (1, 'NaN', :sqlerrm, current_timestamp());
end;
$$;

-- 2 Whether session formats change what is sent.
alter session set timestamp_ntz_output_format = 'DD.MM.YYYY HH24:MI';

alter session set binary_output_format = 'BASE64';

alter session set strict_json_output = true;

insert into smoke_findings
select
    2,
    id || ' with other formats',
    to_varchar(push_to_dynamo('smoke', object_construct('id', id || '_f', 'value', value))),
    current_timestamp()
from smoke_values
where id in ('timestamp_ntz', 'binary', 'array');

insert into smoke_findings
select 2, id, to_varchar(get_from_dynamo('smoke', object_construct('id', id || '_f'))), current_timestamp()
from smoke_values
where id in ('timestamp_ntz', 'binary', 'array');

alter session unset timestamp_ntz_output_format;

alter session unset binary_output_format;

alter session unset strict_json_output;

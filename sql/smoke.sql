-- What only a real account can prove: one run answers the list in sql/README.md and shows it as a table.
-- Run by: the owner role, after the set-up, with a DynamoDB table smoke (key id, text) that the service may write.
-- Leaves: the table smoke_findings, and items in the DynamoDB table smoke. snow sql -f sql/smoke.sql -D "database=…"

use role <% owner_role %>;

use warehouse <% warehouse %>;

use schema <% database %>.<% schema %>;

create or replace table smoke_findings (item number(38, 0), what varchar, finding varchar, found_at timestamp_ltz);

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

-- 3 How large batches get: rows of 100 KB (a dry run writes nothing). A 413 tells that Snowflake does not cut by bytes.
execute immediate $$
begin
    insert into smoke_findings
    select
        3,
        'rows of 100 KB: answered ' || count(*) || ', valid ' || count_if(result:status = 'valid'),
        to_varchar(any_value(result)),
        current_timestamp()
    from (
        select push_to_dynamo(
            'smoke',
            object_construct('id', to_varchar(seq4()), 'value', repeat('x', 100000)),
            object_construct('dry_run', true)
        ) as result
        from table(generator(rowcount => 500))
    );
exception
    when other then
        insert into smoke_findings values (3, 'rows of 100 KB', :sqlerrm, current_timestamp());
end;
$$;

-- 4, 5, 6 Retries, polls and batch ids: the service remembers each batch id, and stamps items with it.
-- Before: npm run deploy with api.deadlineMs 100, so that batches answer 202 and are polled. After: the access log has
-- method, path, status and time of every attempt: aws logs tail <access log group> --since 1h
insert into smoke_findings
select
    6,
    'batches in one statement, ' || count(distinct item:stamp.batch) || ' ids for ' || count(*) || ' rows',
    to_varchar(any_value(item:stamp)),
    current_timestamp()
from (
    select get_from_dynamo('smoke', object_construct('id', id)) as item
    from (
        select
            to_varchar(seq4()) as id,
            push_to_dynamo(
                'smoke', object_construct('id', to_varchar(seq4())), object_construct('stamp', 'stamp')
            ) as result
        from table(generator(rowcount => 5000))
    )
    where result is not null
);

-- 7 How often a call is evaluated: rows that Snowflake says it sent, for statements that look alike.
create or replace temporary table smoke_rows as
select to_varchar(seq4()) as id from table(generator(rowcount => 1000));

alter session set query_tag = 'smoke: limit';

select push_to_dynamo('smoke', object_construct('id', id), object_construct('dry_run', true)) as result
from smoke_rows
limit 10;

alter session set query_tag = 'smoke: where';

select id
from smoke_rows
where push_to_dynamo('smoke', object_construct('id', id), object_construct('dry_run', true)):status = 'valid';

alter session set query_tag = 'smoke: case';

select
    case
        when id < '5'
            then push_to_dynamo('smoke', object_construct('id', id), object_construct('dry_run', true))
    end as result
from smoke_rows;

alter session set query_tag = 'smoke: twice';

select
    push_to_dynamo('smoke', object_construct('id', id), object_construct('dry_run', true)) as first_result,
    push_to_dynamo('smoke', object_construct('id', id), object_construct('dry_run', true)) as second_result
from smoke_rows;

alter session set query_tag = 'smoke: unused';

select count(*) as all_rows
from (
    select push_to_dynamo('smoke', object_construct('id', id), object_construct('dry_run', true)) as result
    from smoke_rows
);

alter session set query_tag = 'smoke: insert';

insert into smoke_findings
select
    7,
    'insert select',
    to_varchar(push_to_dynamo('smoke', object_construct('id', id), object_construct('dry_run', true))),
    current_timestamp()
from smoke_rows;

alter session set query_tag = 'smoke: merge';

merge into smoke_findings as target
using (
    select
        id,
        push_to_dynamo('smoke', object_construct('id', id), object_construct('dry_run', true)) as result
    from smoke_rows
) as pushed
on target.what = pushed.id
when not matched then insert (item, what, finding) values (7, pushed.id, to_varchar(pushed.result));

alter session unset query_tag;

delete from smoke_findings
where item = 7;

insert into smoke_findings
select
    7,
    query_tag,
    'rows sent ' || coalesce(external_function_total_sent_rows, 0)
    || ', received ' || coalesce(external_function_total_received_rows, 0)
    || ', calls ' || coalesce(external_function_total_invocations, 0),
    current_timestamp()
from table(information_schema.query_history_by_session(result_limit => 200))
where query_tag like 'smoke: %' and query_type in ('SELECT', 'INSERT', 'MERGE');

-- 9 A serverless task that calls an external function; its row appears within a minute or two.
-- It needs EXECUTE MANAGED TASK on the account, which the set-up does not grant: without it, the finding is that error.
create or replace task smoke_serverless
    schedule = '1 MINUTE'
    as
    insert into smoke_findings
    select
        9,
        'serverless task',
        to_varchar(push_to_dynamo('smoke', object_construct('id', 'task'))),
        current_timestamp();

execute immediate $$
begin
    execute task smoke_serverless;
exception
    when other then
        insert into smoke_findings values (9, 'serverless task', :sqlerrm, current_timestamp());
end;
$$;

-- 10, 12 What is said of a URL outside the prefixes, and of one that is no REST API of ours.
execute immediate $$
begin
    execute immediate 'create or replace external function smoke_outside(a varchar) returns variant
        api_integration = <% api_integration %> as ''https://example.com/push''';
exception
    when other then
        insert into smoke_findings values (10, 'URL outside the prefixes', :sqlcode || ' ' || :sqlerrm, current_timestamp());
end;
$$;

-- 11, 13 The output of an unload, and how COPY writes numbers: the columns, then the file.
copy into @chunk_stage/smoke_run/
from (
    select object_construct_keep_null(
        'id', '1',
        'n38', 99999999999999999999999999999999999999::number(38, 0),
        'scaled', 1.2345678901234567890123456789012345678::number(38, 37),
        'float', 0.1::float / 3,
        'stamp', '2026-11-24 12:34:56.123456789'::timestamp_ntz
    )
)
file_format = (format_name = 'chunk_format')
include_query_id = true
detailed_output = true;

insert into smoke_findings
select 11, 'columns of DETAILED_OUTPUT', to_varchar(object_construct(*)), current_timestamp()
from table(result_scan(last_query_id()));

insert into smoke_findings
select 13, metadata$filename, to_varchar($1), current_timestamp()
from @chunk_stage/smoke_run/ (file_format => 'chunk_format');

-- 14 The procedures of syncs, step by step: each answer is a finding, and so is each error.
create or replace table smoke_source (id varchar, n number(38, 2), f float, at timestamp_ntz);

alter table smoke_source set change_tracking = true;

insert into smoke_source values ('s1', 1.50, 0.1, '2026-11-24 12:34:56.123456789'), ('s2', 2, 1e100, null), (null, 3, null, null);

create or replace procedure smoke_step(what varchar, statement varchar)
    returns varchar
    language sql
    execute as owner
    as
    $$
declare
    query varchar default null;
begin
    execute immediate :statement;
    query := sqlid;
    insert into smoke_findings
    select
        14,
        :what,
        to_varchar(array_agg(object_construct_keep_null(*))),
        current_timestamp()
    from table(result_scan(:query));
    return null;
exception
    when other then
        insert into smoke_findings values (14, :what, :sqlerrm, current_timestamp());
        return null;
end
$$;

call smoke_step('15 types', 'select system$typeof(id), system$typeof(n), system$typeof(f), system$typeof(at) from smoke_source limit 1');

call smoke_step('15 float', 'select f, dynamo_sync_float(f) as digits from smoke_source');

call smoke_step('15 transaction in a procedure', 'select current_transaction()');

call smoke_step(
    'create',
    'call create_dynamo_sync(''smoke'', ''smoke_source'', ''smoke'', array_construct(''id''), object_construct(''capture'', ''stream'',
        ''mirror'', true, ''max_delete_share'', 1, ''push'', object_construct(''names'', ''lower'')))'
);

call smoke_step('preview', 'call preview_dynamo_sync(''smoke'')');

call smoke_step('first run', 'call run_dynamo_sync(''smoke'')');

update smoke_source set n = 1.75 where id = 's1';

insert into smoke_source values ('s1', 1, null, null);

call smoke_step('a changed row and one that shares its key', 'call run_dynamo_sync(''smoke'')');

delete from smoke_source where n = 1.75;

call smoke_step('one of two rows of a key is gone: the other is sent', 'call run_dynamo_sync(''smoke'')');

call smoke_step('reconcile', 'call reconcile_dynamo(''smoke'')');

call smoke_step('resend', 'call run_dynamo_sync(''smoke'', object_construct(''resend'', true))');

call smoke_step('the task runs beside this session', 'call start_dynamo_sync(''smoke'')');

call smoke_step('a run that overlaps it', 'call run_dynamo_sync(''smoke'', object_construct(''fail'', true))');

call smoke_step('resume leaves a living run alone', 'call resume_dynamo_sync(''smoke'')');

create or replace table smoke_source as
select
    's' || seq4()::varchar as id,
    1::number(38, 2) as n,
    0.1::float as f,
    null::timestamp_ntz as at
from table(generator(rowcount => 1000));

call smoke_step('bulk from now on', 'call alter_dynamo_sync(''smoke'', object_construct(''bulk_above'', 10))');

call smoke_step('the table was replaced: the stream is made again, all is compared', 'call run_dynamo_sync(''smoke'')');

call system$wait(60);

call smoke_step('the sweep settles the load', 'call sweep_dynamo_syncs()');

call smoke_step('what is seen of it', 'call check_dynamo_syncs()');

call smoke_step('all runs', 'select * from dynamo_sync_runs where sync = ''smoke'' order by started_at');

begin;

call smoke_step('inside a transaction', 'call run_dynamo_sync(''smoke'')');

commit;

call smoke_step('drop', 'call drop_dynamo_sync(''smoke'', object_construct(''force'', true))');

-- 16 The audit's pipe: its queue, its state, and whether it can be asked to look.
call smoke_step('16 pipe', 'show pipes like ''load_events_pipe'' in schema <% database %>.<% schema %>');

call smoke_step('16 its state', 'select system$pipe_status(''<% database %>.<% schema %>.load_events_pipe'')');

call smoke_step('16 asked to look', 'call copy_dynamo_events()');

call smoke_step('16 lines of the last day', 'select count(*) from load_events where loaded_at > dateadd(''day'', -1, current_timestamp())');

-- 17 The warehouse as it was made: generation, query acceleration, time-outs.
call smoke_step('17 warehouse', 'show warehouses like ''<% warehouse %>''');

call smoke_step('17 time-outs', 'show parameters like ''statement%timeout_in_seconds'' in warehouse <% warehouse %>');

-- 18 An alert without a warehouse: whether it may run, and what became of it (needs execute managed alert).
call smoke_step(
    '18 alert',
    'create or replace alert smoke_alert schedule = ''60 MINUTE'' if (exists (select 1 from smoke_findings)) then '
    || 'insert into smoke_findings select 18, ''18 the alert ran'', ''true'', current_timestamp()'
);

call smoke_step('18 run now', 'execute alert smoke_alert');

-- 19 What steps of upgrades lean on: repeated columns, DROP TABLE of a view.
call smoke_step('19 a column twice', 'alter table if exists smoke_findings add column if not exists what varchar');

call smoke_step('19 a table that is not there', 'alter table if exists smoke_nowhere add column if not exists what varchar');

call smoke_step('19 a view dropped as a table', 'drop table if exists dynamo_syncs');

call smoke_step('19 steps', 'select listagg(step, '', '') as steps from dynamo_upgrades');

-- 20 A vector: what its column is called, and how it arrives.
create or replace temporary table smoke_vectors as
select
    'v1' as id,
    [1.5, 2.5, 3.25]::vector(float, 3) as embedding;  -- noqa: LT01, PRS

call smoke_step('20 what the column is', 'select system$typeof(embedding) as type_name from smoke_vectors');

call smoke_step(
    '20 pushed',
    'select push_to_dynamo(''smoke'', object_construct(''id'', id, ''embedding'', embedding::array)) as result from smoke_vectors'
);

-- 21 A load by one CALL, cancelled and gone on with; what the views tell of it when its lines have come.
call smoke_step('21 unload and start', 'call load_to_dynamo(''SMOKE_SOURCE'', ''smoke'', object_construct(''names'', ''lower''))');

call smoke_step(
    '21 as CSV',
    'call load_to_dynamo(''SMOKE_SOURCE'', ''smoke'', object_construct(''names'', ''lower'', ''format'', object_construct(''type'', ''csv'')))'
);

call smoke_step(
    '21 as Parquet',
    'call load_to_dynamo(''SMOKE_SOURCE'', ''smoke'', object_construct(''names'', ''lower'', ''format'', object_construct(''type'', ''parquet'')))'
);

call smoke_step('21 a query is refused', 'call load_to_dynamo(''(select * from smoke_source)'', ''smoke'')');

call smoke_step('21 a stream is refused', 'call load_to_dynamo(''DYNAMO_SYNC_STREAM_SMOKE'', ''smoke'')');

call smoke_step(
    '21 the plan of a load',
    'select plan_dynamo_load(''smoke'', parse_json(''{"version":1,"run":"smoke-plan","files":[]}'')::object) as planned'
);

call smoke_step(
    '21 a row with a trail',
    'select push_to_dynamo(''smoke'', object_construct(''id'', ''trail''), object_construct(''trail'', true)) as result'
);

call smoke_step(
    '21 a load with a trail',
    'call load_to_dynamo(''SMOKE_SOURCE'', ''smoke'', object_construct(''names'', ''lower'', ''trail'', true))'
);

call smoke_step('21 cancel', 'select cancel_dynamo_load(run) from dynamo_loads where state = ''running''');

call system$wait(120);

call smoke_step(
    '21 lines of the trail',
    'select event from load_events where event[''event''] = ''row'' and event[''table''] = ''smoke'' order by loaded_at desc limit 5'
);

call smoke_step('21 loads', 'select * from dynamo_loads order by started_at desc limit 5');

call smoke_step('21 chunks', 'select * from dynamo_load_chunks order by ended_at desc limit 5');

call smoke_step('21 rejects', 'call dynamo_load_rejects((select any_value(run) from dynamo_loads), 5)');

call smoke_step('21 by day', 'select * from dynamo_audit_days order by day desc limit 5');

call smoke_step('21 days summed up', 'call keep_dynamo_audit_days()');

call smoke_step('21 what was summed up', 'select max(counted_until) as until, count(*) as days from dynamo_audit_day_counts');

call smoke_step('21 what needs a person', 'select * from dynamo_attention order by severity, since');

-- The page: an object without files, its live version, and what is said when there is one already.
call smoke_step('22 a page without files', 'create streamlit if not exists smoke_page main_file = ''look.py''');

call smoke_step('22 its live version', 'alter streamlit smoke_page add live version from last');

call smoke_step('22 a second live version', 'alter streamlit smoke_page add live version from last');

call smoke_step('22 where the files go', 'describe streamlit smoke_page');

-- 23 What becomes of NULL in an object constant; the worksheet refuses it.
call smoke_step('23 a NULL in an object constant', 'select {''a'': null} as object');

-- The answer. Run the last three again after two minutes for task and alert, then drop them.
select item, what, finding, found_at
from smoke_findings
order by item, what;

drop streamlit if exists smoke_page;

drop task if exists smoke_serverless;

drop alert if exists smoke_alert;

-- What Snowflake says and writes: tasks, refused URLs, COPY.
-- Part of smoke.sql.

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

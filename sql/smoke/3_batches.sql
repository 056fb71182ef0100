-- How Snowflake cuts, repeats and polls batches, and how often it calls.
-- Part of smoke.sql.

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

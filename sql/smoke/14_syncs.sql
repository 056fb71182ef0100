-- The procedures of syncs.
-- Part of smoke.sql.

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

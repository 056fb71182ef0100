-- The audit, the warehouse, alerts, upgrades, vectors.
-- Part of smoke.sql.

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

-- A load by one CALL.
-- Part of smoke.sql.

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

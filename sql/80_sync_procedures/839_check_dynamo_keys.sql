-- Reads the whole source and notes the keys that reconcile looks at: all, or a sample.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.check_dynamo_keys(sync varchar, run varchar, hold varchar, sample_keys number)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: check_dynamo_keys'
    execute as owner
    as
    $$
declare
    columns varchar default null;
    written varchar default null;
    source varchar default null;
    key_columns varchar default null;
    push varchar default null;
begin
    source := (select syncs.source from dynamo_sync_definitions as syncs where syncs.sync_name = :sync);
    key_columns := (select runs.key_columns from dynamo_sync_open_runs as runs where runs.run = :run);
    push := (select runs.push from dynamo_sync_open_runs as runs where runs.run = :run);
    call describe_dynamo_source(:source) into :columns;
    call write_dynamo_columns(:columns, :key_columns) into :written;
    columns := (select to_json(parse_json(:written)['floats']));
    call push_options_of_run(:push, :columns, false) into :push;
    call keep_dynamo_hold(:sync, :hold, 60);
    call read_dynamo_source(:sync, :run, :written, true);
    update dynamo_sync_open_runs set push = :push where run = :run;
    if (sample_keys is null) then
        insert into dynamo_sync_checks (sync_name, run, place, slice, item_key, has_key, item, is_in_source)
        select
            sync_name,
            run,
            row_number() over (order by item_key),
            floor((row_number() over (order by item_key) - 1) / 20000),
            item_key,
            has_key,
            item,
            is_in_source
        from dynamo_sync_keys_to_check
        where run = :run;
        return null;
    end if;
    insert into dynamo_sync_checks (sync_name, run, place, slice, item_key, has_key, item, is_in_source)
    with
    sampled as (
        select
            sync_name,
            run,
            item_key,
            has_key,
            item,
            is_in_source
        from dynamo_sync_keys_to_check
        where run = :run
        qualify row_number() over (order by random()) <= :sample_keys
    ),
    placed as (
        select
            *,
            row_number() over (order by item_key) as place
        from sampled
    )
    select
        sync_name,
        run,
        place,
        floor((place - 1) / 20000),
        item_key,
        has_key,
        item,
        is_in_source
    from placed;
    return null;
end
$$;

-- CALL create_dynamo_sync(name, source, DynamoDB table, key columns, options): a sync, its stream and its task.
-- The source is read with the rights of the owner role and from its schema: give its full name, and grant SELECT to that role.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.create_dynamo_sync(
    sync varchar,
    source varchar,
    target varchar,
    key array,
    options object default null
)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: create_dynamo_sync'
    execute as owner
    as
    $$
declare
    given varchar default null;
    key_text varchar default null;
    named varchar default null;
    columns varchar default null;
    found_key varchar default null;
    capture varchar default null;
    schedule varchar default null;
    push varchar default null;
    flaw varchar default null;
    refusal varchar default null;
begin
    call guard_dynamo_transaction() into :flaw;
    given := (select coalesce(to_json(:options), '{}'));
    key_text := (select coalesce(to_json(:key), '[]'));
    flaw := (
        select case
            when :flaw is not null then :flaw
            when not regexp_like(coalesce(:sync, ''), '[A-Za-z][A-Za-z0-9_]{0,63}')
                then 'the name of a sync is 1 to 64 letters, digits or _, the first a letter'
            when count_if(upper(sync_name) = upper(:sync)) > 0
                then 'sync ''' || :sync || ''' exists already: CALL drop_dynamo_sync('''
                    || min(iff(upper(sync_name) = upper(:sync), sync_name, null)) || ''') first'
        end
        from dynamo_sync_definitions
    );
    if (flaw is null) then
        call check_dynamo_sync_options('create_dynamo_sync', :given) into :flaw;
    end if;
    capture := (select lower(coalesce(parse_json(:given)['capture']::varchar, 'diff')));
    schedule := (select parse_json(:given)['schedule']::varchar);
    push := (select coalesce(to_json(as_object(parse_json(:given)['push'])), '{}'));
    named := (select rtrim(trim(coalesce(:source, '')), ';'));
    flaw := (
        select case
            when :flaw is not null then :flaw
            when dynamo_sync_from(:named) = :named then null
            when lower(split_part(ltrim(translate(:named, '\n\r\t', '   '), ' ('), ' ', 1)) not in ('select', 'with')
                then 'the source is neither the name of a table or view nor a query (SELECT … or WITH …)'
            when :capture = 'stream' then 'capture ''stream'' needs a table or view, not a query'
        end
    );
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    begin
        call describe_dynamo_source(:named) into :columns;
    exception
        when other then
            refusal := (select dynamo_sync_refusal('the source cannot be read: ' || dynamo_sync_reason(:sqlerrm)));
            execute immediate :refusal;
    end;
    call find_dynamo_key(:columns, :key_text) into :found_key;
    call check_dynamo_target(:target, :push);
    call check_dynamo_key(:target, :push, :found_key, :columns);
    insert into dynamo_sync_definitions (
        sync_name, source, target_table, key_columns, capture, schedule, interval_seconds, mirror, max_delete_share, bulk_above, push, adopt,
        next_capture, is_paused, created_by, created_at
    )
    select
        :sync,
        :named,
        :target,
        :found_key,
        :capture,
        :schedule,
        dynamo_sync_interval(:schedule),
        coalesce(parse_json(:given)['mirror']::boolean, false),
        coalesce(parse_json(:given)['max_delete_share']::number(9, 8), 0.2),
        coalesce(parse_json(:given)['bulk_above']::number(38, 0), 100000),
        :push,
        coalesce(parse_json(:given)['adopt']::boolean, false),
        iff(:capture = 'stream', 'diff', null),
        false,
        current_user(),
        current_timestamp();
    begin
        if (capture = 'stream') then
            call make_dynamo_stream(:sync);
        end if;
        call make_dynamo_task(:sync);
    exception
        -- A source without change tracking, a time zone that nobody knows: no sync is left behind without its stream and task.
        when other then
            flaw := sqlerrm;
            call forget_dynamo_sync(:sync);
            refusal := (select dynamo_sync_refusal(dynamo_sync_reason(:flaw)));
            execute immediate :refusal;
    end;
    -- A stream does not wake for rows that were there before it: the sweep runs the first comparison.
    call rest_dynamo_sweep();
    return 'Sync ' || sync || ' created'
        || iff(schedule is null, ': CALL run_dynamo_sync(''' || sync || ''') runs it.', '. Its task runs it.');
end
$$;

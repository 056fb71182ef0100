-- Takes over what a load that has ended says: its counts, and from the bucket which rows it set aside; all others are settled when it is
-- complete, and in doubt when it failed. Answers why it failed, or NULL.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.settle_dynamo_load(sync varchar, run varchar, hold varchar, status varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: settle_dynamo_load'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    load_run varchar default null;
    change varchar default null;
    pairs varchar default null;
    sent number default null;
    told number default null;
    settled varchar default null;
    set_aside number default null;
    found_again number default null;
    failure varchar default null;
begin
    change := (select load_change from dynamo_sync_open_runs as runs where runs.run = :run);
    load_run := run || '-' || change;
    sent := (select count(*) from dynamo_sync_sending as sending where sending.run = :run and sending.change_kind = :change);
    told := (
        select coalesce(sum(value::number), 0)
        from table(flatten(input => parse_json(:status)['rows']))
        where key in ('written', 'deleted', 'superseded', 'stale', 'unchanged', 'rejected', 'condition_failed')
    );
    set_aside := (select coalesce(parse_json(:status)['rows']['rejected']::number, 0));
    pairs := (
        select listagg(
            '''' || replace(replace(columns.value::varchar, '\\', '\\\\'), '''', '''''')
            || ''', $1[''row''][''' || replace(replace(columns.value::varchar, '\\', '\\\\'), '''', '''''') || ''']',
            ', '
        ) within group (order by columns.index)
        from dynamo_sync_open_runs as runs, lateral flatten(input => parse_json(runs.key_columns)) as columns
        where runs.run = :run
    );
    settled := iff(sent > told, 'unprocessed', iff(change = 'put', 'written', 'deleted'));
    begin
        begin transaction;
        -- Both keys go through the same parser: a number is the same text in both. Parts of files lie in folders that begin with a dot.
        statement := 'insert into dynamo_sync_results (sync_name, run, place, item_key, has_key, in_bulk, result)'
            || ' with aside as (select to_json(object_construct_keep_null(' || pairs || ')) as item_key,'
            || ' min($1[''code'']::varchar) as code, min($1[''message'']::varchar) as message from @rejected_stage/' || load_run
            || '/ (file_format => ''audit_format'', pattern => ''[^.]*data_[^/]*'') group by 1)'
            || ' select sending.sync_name, sending.run, sending.place, sending.item_key, sending.has_key, true,'
            || ' object_construct(''status'', iff(aside.item_key is null, ''' || settled || ''', ''rejected''), ''code'', aside.code,'
            || ' ''message'', aside.message)'
            || ' from dynamo_sync_sending as sending left join aside on to_json(parse_json(sending.item_key)) = aside.item_key'
            || ' where sending.run = ''' || run || ''' and sending.change_kind = ''' || change || '''';
        execute immediate :statement;
        found_again := (
            select count(*)
            from dynamo_sync_answers as answers
            where answers.run = :run and answers.change_kind = :change and answers.status = 'rejected'
        );
        -- A row that was set aside and not found again must not pass for stored: then all that seemed settled is in doubt.
        if (found_again < set_aside) then
            update dynamo_sync_results
            set result = object_construct('status', 'unprocessed', 'message', 'the load set rows aside that @rejected_stage does not show')
            where
                run = :run
                and result['status']::varchar <> 'rejected'
                and place in (
                    select sending.place from dynamo_sync_sending as sending where sending.run = :run and sending.change_kind = :change
                );
            failure := 'load ' || load_run || ' set aside ' || set_aside::varchar || ' rows, of which @rejected_stage shows '
                || found_again::varchar || ': they are sent again';
        end if;
        insert into dynamo_sync_load_counts (
            sync_name, run, load_run, written, deleted, superseded, stale, unchanged, rejected, unprocessed, write_units
        )
        select
            :sync,
            :run,
            :load_run,
            coalesce(parse_json(:status)['rows']['written']::number, 0),
            coalesce(parse_json(:status)['rows']['deleted']::number, 0),
            coalesce(parse_json(:status)['rows']['superseded']::number, 0),
            coalesce(parse_json(:status)['rows']['stale']::number, 0),
            coalesce(parse_json(:status)['rows']['unchanged']::number, 0),
            coalesce(parse_json(:status)['rows']['rejected']::number, 0) + coalesce(parse_json(:status)['rows']['condition_failed']::number, 0),
            :sent - :told,
            parse_json(:status)['write_units']::float;
        update dynamo_sync_open_runs set state = 'running', load_change = null, load_note = null, manifest = null where run = :run;
        call keep_dynamo_hold(:sync, :hold, 15);
        commit;
    exception
        when other then
            rollback;
            raise;
    end;
    if (failure is null and sent > told) then
        failure := (select 'load ' || :load_run || ' failed: ' || coalesce(parse_json(:status)['errors'][0]::varchar, 'see dynamo_load_status'));
    end if;
    return failure;
end
$$;

-- Sends the puts or the deletes of a run in bulk: COPY INTO S3, then start_dynamo_load, then waiting for its end.
-- The loader counts; which rows it set aside is read from the bucket, all others are settled when the load is complete.
-- Answers why the load failed, or NULL.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.load_dynamo_sync(sync varchar, run varchar, change varchar)
    returns varchar
    language sql
    comment = 'push_to_dynamo: sends the changes of a run in bulk'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    load_run varchar default run || '-' || change;
    target varchar default null;
    push varchar default null;
    pairs varchar default null;
    sent number default null;
    copied varchar default null;
    manifest varchar default null;
    load_options varchar default null;
    status varchar default null;
    polls number default 0;
    told number default null;
    settled varchar default null;
    set_aside number default null;
    found_again number default null;
begin
    sent := (select count(*) from dynamo_sync_sending where sync_name = :sync and change_kind = :change);
    if (sent = 0) then
        return null;
    end if;
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    push := (select syncs.push from dynamo_sync_definitions as syncs where syncs.sync_name = :sync);
    pairs := (
        select listagg(
            '''' || replace(columns.value::varchar, '''', '''''') || ''', $1[''row''][''' || replace(columns.value::varchar, '''', '''''')
            || ''']',
            ', '
        ) within group (order by columns.index)
        from dynamo_sync_definitions as syncs, lateral flatten(input => parse_json(syncs.key_columns)) as columns
        where syncs.sync_name = :sync
    );
    load_options := (
        select to_json(iff(
            :change = 'put',
            parse_json(:push)::object,
            object_insert(object_pick(parse_json(:push)::object, 'names', 'rename', 'types', 'keys'), 'mode', 'delete', true)
        ))
    );

    statement := 'copy into @chunk_stage/' || load_run || '/ from (select parse_json('
        || iff(change = 'put', 'item', 'item_key') || ') from dynamo_sync_sending where sync_name = ''' || sync
        || ''' and change_kind = ''' || change || ''') file_format = (format_name = ''chunk_format'')'
        || ' max_file_size = 16777216 include_query_id = true detailed_output = true';
    execute immediate :statement;
    copied := sqlid;
    -- DETAILED_OUTPUT gives file, bytes and rows in this order; a chunk is named relative to the manifest.
    manifest := (
        select to_json(object_construct(
            'version', 1,
            'run', :load_run,
            'table', :target,
            'query_id', :copied,
            'files', array_agg(object_construct(
                'name', coalesce(regexp_substr($1, :load_run || '/(.+)$', 1, 1, 'e'), $1),
                'rows', $3,
                'bytes', $2
            ))
        ))
        from table(result_scan(:copied))
    );
    status := (select to_json(start_dynamo_load(:target, parse_json(:manifest)::object, parse_json(:load_options)::object)));
    while (parse_json(status):state::varchar = 'running' and polls < 1800) do
        call system$wait(10);
        status := (select to_json(dynamo_load_status(:load_run)));
        polls := polls + 1;
    end while;

    told := coalesce(parse_json(status)['rows']['written']::number, 0) + coalesce(parse_json(status)['rows']['deleted']::number, 0)
        + coalesce(parse_json(status)['rows']['superseded']::number, 0) + coalesce(parse_json(status)['rows']['stale']::number, 0)
        + coalesce(parse_json(status)['rows']['unchanged']::number, 0) + coalesce(parse_json(status)['rows']['rejected']::number, 0)
        + coalesce(parse_json(status)['rows']['condition_failed']::number, 0);
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
    -- Both keys went through the same parser: a number is the same text in both.
    settled := iff(sent - told > 0, 'unprocessed', iff(change = 'put', 'written', 'deleted'));
    statement := 'insert into dynamo_sync_answers (sync_name, run, item_key, has_key, change_kind, row_hash, source_rows, known_hash,'
        || ' in_bulk, status, code, message) with aside as (select to_json(object_construct_keep_null(' || pairs || ')) as item_key,'
        || ' min($1[''code'']::varchar) as code, min($1[''message'']::varchar) as message from @rejected_stage/' || load_run
        || '/ (file_format => ''audit_format'') where metadata$filename not like ''%/.parts/%'' group by 1)'
        || ' select sending.sync_name, ''' || run || ''', sending.item_key, sending.has_key, sending.change_kind, sending.row_hash,'
        || ' sending.source_rows, sending.known_hash, true, iff(aside.item_key is null, ''' || settled || ''', ''rejected''),'
        || ' aside.code, aside.message from dynamo_sync_sending as sending left join aside'
        || ' on to_json(parse_json(sending.item_key)) = aside.item_key where sending.sync_name = ''' || sync
        || ''' and sending.change_kind = ''' || change || '''';
    execute immediate :statement;
    -- A row that was set aside and not found again must not pass for stored: then all that seemed settled is in doubt.
    set_aside := coalesce(parse_json(status)['rows']['rejected']::number, 0);
    found_again := (
        select count(*)
        from dynamo_sync_answers as answers
        where answers.sync_name = :sync and answers.change_kind = :change and answers.status = 'rejected'
    );
    if (found_again < set_aside) then
        update dynamo_sync_answers
        set
            status = 'unprocessed',
            message = 'the load set rows aside that @rejected_stage does not show'
        where sync_name = :sync and change_kind = :change and dynamo_sync_answers.status <> 'rejected';
        return 'load ' || load_run || ' set aside ' || set_aside::varchar || ' rows, of which @rejected_stage shows '
            || found_again::varchar || ': sent again by the next run';
    end if;
    if (parse_json(status):state::varchar = 'complete') then
        return null;
    end if;
    return 'load ' || load_run || iff(parse_json(status):state::varchar = 'failed', ' failed: ', ' has not ended: ')
        || coalesce(parse_json(status):errors[0]::varchar, 'see dynamo_load_status');
end
$$;

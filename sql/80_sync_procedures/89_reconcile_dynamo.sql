-- CALL reconcile_dynamo(name [, sample]): keys that are missing in DynamoDB, different, or extra (once sent, gone from the source).
-- push_to_dynamo compares and cannot write: an equal item is unchanged, for any other the condition is false. get_from_dynamo
-- then tells a missing item from a different one. The next run mends what was found.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.reconcile_dynamo(sync varchar, sample_keys number default null)
    returns table (key object, finding varchar)
    language sql
    comment = 'push_to_dynamo: reconcile_dynamo'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    run varchar default uuid_string();
    redrive boolean default false;
    share number(9, 8) default null;
    target varchar default null;
    compare_options varchar default null;
    stored_key varchar default null;
    unanswered number default null;
    ignored varchar default null;
begin
    if (sample_keys is not null and (sample_keys < 1 or sample_keys <> floor(sample_keys))) then
        ignored := (select dynamo_sync_refuse('the sample is a number of keys, such as 1000'));
    end if;
    -- An unknown name ends here, with the nearest one.
    if (not exists (select 1 from dynamo_sync_definitions where sync_name = :sync)) then
        ignored := (
            select dynamo_sync_refuse(
                'there is no sync ''' || coalesce(:sync, '') || ''': ' || iff(
                    min(editdistance(sync_name, :sync)) <= greatest(2, floor(length(:sync) / 3)),
                    'did you mean ''' || min_by(sync_name, editdistance(sync_name, :sync)) || '''?',
                    'SELECT * FROM dynamo_syncs lists them'
                )
            )
            from dynamo_sync_definitions
        );
    end if;

    -- One run of a sync at a time. A run that was cut off holds its sync until run_until, or until resume_dynamo_sync.
    update dynamo_sync_definitions
    set
        run = :run,
        run_until = dateadd('hour', 6, current_timestamp()),
        is_redrive = :redrive,
        delete_share = coalesce(:share, max_delete_share)
    where sync_name = :sync and (run is null or run_until < current_timestamp());
    if (sqlrowcount = 0) then
        ignored := (
            select dynamo_sync_refuse(
                'sync ' || :sync || ' is at work already: wait, or CALL resume_dynamo_sync(''' || :sync
                || ''') when that run was cut off'
            )
        );
    end if;
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    compare_options := (
        select to_json(object_insert(
            object_insert(object_delete(parse_json(push)::object, 'version', 'tombstone', 'if'), 'skip_unchanged', true, true),
            'if',
            parse_json('{"expression":"attribute_exists(#n) AND attribute_not_exists(#n)","names":{"#n":"push_to_dynamo"}}'),
            true
        ))
        from dynamo_sync_definitions
        where sync_name = :sync
    );
    -- The key as get_from_dynamo takes it, an expression over item_key: names, rename, types and keys count.
    stored_key := (
        with
        options as (
            select
                parse_json(key_columns) as key_columns,
                parse_json(push) as push
            from dynamo_sync_definitions
            where sync_name = :sync
        ),
        columns as (
            select
                columns.index as place,
                columns.value::varchar as column_name,
                coalesce(
                    get(options.push:rename, columns.value::varchar)::varchar,
                    case options.push:names::varchar
                        when 'lower' then lower(columns.value::varchar)
                        when 'camel' then iff(
                            not contains(columns.value::varchar, '_') and columns.value::varchar <> upper(columns.value::varchar),
                            columns.value::varchar,
                            replace(
                                lower(left(columns.value::varchar, 1)) || substr(initcap(lower(columns.value::varchar), '_'), 2),
                                '_',
                                ''
                            )
                        )
                        else columns.value::varchar
                    end
                ) as attribute,
                options.push
            from options, lateral flatten(input => options.key_columns) as columns
        ),
        parts as (
            select
                place,
                attribute,
                'parse_json(item_key)[''' || replace(column_name, '''', '''''') || ''']'
                || iff(get(push:types, attribute)::varchar = 'S', '::varchar', '') as expression
            from columns
            union all
            select
                1000 + templates.index as place,
                templates.key as attribute,
                '''' || regexp_replace(
                    replace(templates.value::varchar, '''', ''''''),
                    '[{]([^{}]+)[}]',
                    ''' || parse_json(item_key)[''\\1'']::varchar || '''
                ) || '''' as expression
            from options, lateral flatten(input => options.push:keys) as templates
        )
        select
            'object_construct_keep_null('
            || listagg('''' || replace(attribute, '''', '''''') || ''', ' || expression, ', ') within group (order by place)
            || ')'
        from parts
    );

    begin
        delete from dynamo_sync_checks where sync_name = :sync;
        delete from dynamo_sync_results where sync_name = :sync;
        call read_dynamo_sync(:sync, true);
        insert into dynamo_sync_checks (sync_name, item_key, has_key, item, is_in_source, is_same, is_stored)
        select
            sync_name,
            item_key,
            has_key,
            item,
            is_in_source,
            false,
            false
        from dynamo_sync_keys_to_check
        where sync_name = :sync
        qualify :sample_keys is null or row_number() over (order by random()) <= :sample_keys;

        insert into dynamo_sync_results (sync_name, item_key, has_key, row_hash, result)
        select
            sync_name,
            item_key,
            has_key,
            md5(item),
            push_to_dynamo(:target, parse_json(item)::object, parse_json(:compare_options)::object)
        from dynamo_sync_checks
        where sync_name = :sync and is_in_source;
        unanswered := (
            select count(*) from dynamo_sync_results where sync_name = :sync and result:status::varchar = 'unprocessed'
        );
        if (unanswered > 0) then
            ignored := (
                select dynamo_sync_refuse(
                    'the table did not answer in time: CALL reconcile_dynamo(''' || :sync || ''') again'
                )
            );
        end if;
        update dynamo_sync_checks
        set is_same = true
        from dynamo_sync_results as results
        where
            dynamo_sync_checks.sync_name = :sync
            and results.sync_name = :sync
            and results.item_key = dynamo_sync_checks.item_key
            and results.row_hash = md5(dynamo_sync_checks.item)
            and results.result:status::varchar = 'unchanged';

        delete from dynamo_sync_results where sync_name = :sync;
        statement := 'insert into dynamo_sync_results (sync_name, item_key, result) select sync_name, item_key, get_from_dynamo('''
            || target || ''', ' || stored_key || ') from dynamo_sync_checks where sync_name = ''' || sync || ''' and not is_same';
        execute immediate :statement;
        -- An item has no code of ours and status rejected at once; a key that cannot be one is not stored.
        update dynamo_sync_checks
        set is_stored = true
        from dynamo_sync_results as results
        where
            dynamo_sync_checks.sync_name = :sync
            and results.sync_name = :sync
            and results.item_key = dynamo_sync_checks.item_key
            and results.result is not null
            and typeof(results.result) = 'OBJECT'
            and not (
                coalesce(results.result:status::varchar, '') = 'rejected'
                and coalesce(results.result:code::varchar, '') in ('missing_key', 'invalid_key', 'key_type')
            );
        -- What was found is in doubt from now on: the next run sends it again, and a mirror deletes what is extra.
        update dynamo_sync_snapshot
        set
            row_hash = '',
            is_stored = true
        from dynamo_sync_reconciled_keys as found
        where
            dynamo_sync_snapshot.sync_name = :sync
            and found.sync_name = :sync
            and found.item_key = dynamo_sync_snapshot.item_key
            and (dynamo_sync_snapshot.is_stored or found.finding = 'extra');
        -- A stream tells of no row that has not changed, so its sync needs the change itself.
        insert into dynamo_sync_outbox (sync_name, item_key, has_key, change_kind, item, row_hash, source_rows)
        select
            checks.sync_name,
            checks.item_key,
            checks.has_key,
            iff(found.finding = 'extra', 'delete', 'put'),
            checks.item,
            md5(checks.item),
            1
        from dynamo_sync_reconciled_keys as found
        inner join dynamo_sync_checks as checks
            on found.sync_name = checks.sync_name and found.item_key = checks.item_key
        inner join dynamo_sync_definitions as syncs
            on found.sync_name = syncs.sync_name
        where
            found.sync_name = :sync
            and syncs.capture = 'stream'
            and found.item_key not in (select item_key from dynamo_sync_outbox where sync_name = :sync);
        delete from dynamo_sync_source where sync_name = :sync;
        delete from dynamo_sync_results where sync_name = :sync;
        update dynamo_sync_definitions set run = null, run_until = null where sync_name = :sync;
    exception
        when other then
            update dynamo_sync_definitions set run = null, run_until = null where sync_name = :sync;
            raise;
    end;
    let found resultset := (
        select
            parse_json(item_key)::object as key,
            finding
        from dynamo_sync_reconciled_keys
        where sync_name = :sync
        order by finding, item_key
    );
    return table(found);
end
$$;

grant usage on procedure <% database %>.<% schema %>.reconcile_dynamo(varchar, number) to role <% user_role %>;

-- CALL run_dynamo_sync(name [, options]): reads the source, sends what changed, remembers what the answers say.
-- Whatever fails leaves the keys in doubt, and the next run sends them again. Options, for this run only:
-- max_delete_share; redrive (rejected rows, too); fail (a failed run is an error, as tasks need it).
-- Call it outside a transaction: it commits in between, and would wait for what the caller has locked.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.run_dynamo_sync(sync varchar, options object default null)
    returns object
    language sql
    comment = 'push_to_dynamo: run_dynamo_sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    run varchar default uuid_string();
    started timestamp_ltz default current_timestamp();
    given varchar default null;
    flaw varchar default null;
    redrive boolean default null;
    share number(9, 8) default null;
    target varchar default null;
    push varchar default null;
    delete_options varchar default null;
    plan varchar default null;
    counted varchar default null;
    route varchar default 'push';
    query varchar default null;
    shown varchar default null;
    failure varchar default null;
    message varchar default null;
    ignored varchar default null;
begin
    given := coalesce(to_json(options), '{}');
    flaw := (
        select min(case
            when key = 'max_delete_share' and typeof(value) in ('INTEGER', 'DECIMAL', 'DOUBLE')
                and try_to_double(value::varchar) between 0 and 1 then null
            when key in ('redrive', 'fail') and typeof(value) = 'BOOLEAN' then null
            when key = 'max_delete_share' then 'option max_delete_share takes a number from 0 to 1'
            when key in ('redrive', 'fail') then 'option ' || key || ' takes true or false'
            else 'unknown option ' || key || '; the options are max_delete_share, redrive, fail'
        end)
        from table(flatten(input => parse_json(:given)))
        where typeof(value) <> 'NULL_VALUE'
    );
    if (flaw is not null) then
        ignored := (select dynamo_sync_refuse(:flaw));
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
    redrive := (select coalesce(parse_json(:given):redrive::boolean, false));
    share := (select parse_json(:given):max_delete_share::number(9, 8));

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
    share := (select delete_share from dynamo_sync_definitions where sync_name = :sync);
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    push := (select syncs.push from dynamo_sync_definitions as syncs where syncs.sync_name = :sync);
    delete_options := (
        select to_json(object_insert(
            object_pick(parse_json(:push)::object, 'names', 'rename', 'types', 'keys'), 'mode', 'delete', true
        ))
    );

    begin
        delete from dynamo_sync_source where sync_name = :sync;
        delete from dynamo_sync_sending where sync_name = :sync;
        delete from dynamo_sync_results where sync_name = :sync;
        delete from dynamo_sync_answers where sync_name = :sync;
        delete from dynamo_sync_load_counts where sync_name = :sync;
        -- What leaves the stream is in the outbox, or the stream still has it.
        begin transaction;
        call read_dynamo_sync(:sync, false);
        commit;
        plan := (
            select to_json(object_construct(
                'read_rows', read_rows,
                'unchanged_rows', unchanged_rows,
                'held_rows', held_rows,
                'put_rows', put_rows,
                'delete_rows', delete_rows,
                'changed_rows', changed_rows,
                'new_keys', new_keys,
                'changed_keys', changed_keys,
                'known_keys', known_keys,
                'known_deletes', known_deletes,
                'is_refused', is_refused
            ))
            from dynamo_sync_planned_runs
            where sync_name = :sync
        );
        route := (
            select iff(parse_json(:plan):changed_rows::number > bulk_above, 'bulk', 'push')
            from dynamo_sync_definitions
            where sync_name = :sync
        );
        if (parse_json(plan):is_refused::boolean) then
            failure := 'the run would delete ' || (parse_json(plan):known_deletes)::varchar || ' of '
                    || (parse_json(plan):known_keys)::varchar || ' known keys, more than max_delete_share ' || (share::float)::varchar
                    || ' allows: nothing was sent. If they are to go: CALL run_dynamo_sync(''' || sync
                    || ''', OBJECT_CONSTRUCT(''max_delete_share'', 1))';
        else
            insert into dynamo_sync_sending (
                sync_name, item_key, has_key, change_kind, item, row_hash, source_rows, known_hash
            )
            select
                sync_name,
                item_key,
                has_key,
                change_kind,
                item,
                row_hash,
                source_rows,
                known_hash
            from dynamo_sync_pending_changes
            where sync_name = :sync;
            -- In doubt until answered: no hash counts as equal, and a key that vanishes meanwhile is deleted.
            begin transaction;
            delete from dynamo_sync_snapshot
            where
                sync_name = :sync
                and item_key in (select item_key from dynamo_sync_sending where sync_name = :sync and has_key);
            insert into dynamo_sync_snapshot (sync_name, item_key, row_hash, is_stored)
            select
                sync_name,
                item_key,
                '',
                true
            from dynamo_sync_sending
            where sync_name = :sync and has_key;
            commit;

            begin
                if (route = 'bulk') then
                    call load_dynamo_sync(:sync, :run, 'put') into :failure;
                    if (failure is null) then
                        call load_dynamo_sync(:sync, :run, 'delete') into :failure;
                    end if;
                else
                    -- The call stands alone in its column: what reads the answers must not call again.
                    insert into dynamo_sync_results (
                        sync_name, item_key, has_key, change_kind, row_hash, source_rows, known_hash, result
                    )
                    select
                        sync_name,
                        item_key,
                        has_key,
                        change_kind,
                        row_hash,
                        source_rows,
                        known_hash,
                        push_to_dynamo(
                            :target,
                            parse_json(iff(change_kind = 'put', item, item_key))::object,
                            parse_json(iff(change_kind = 'put', :push, :delete_options))::object
                        )
                    from dynamo_sync_sending
                    where sync_name = :sync;
                    query := sqlid;
                    insert into dynamo_sync_answers (
                        sync_name, run, item_key, has_key, change_kind, row_hash, source_rows, known_hash, in_bulk,
                        status, code, message
                    )
                    select
                        sync_name,
                        :run,
                        item_key,
                        has_key,
                        change_kind,
                        row_hash,
                        source_rows,
                        known_hash,
                        false,
                        result:status::varchar,
                        result:code::varchar,
                        result:message::varchar
                    from dynamo_sync_results
                    where sync_name = :sync;
                end if;
            exception
                when other then
                    failure := sqlerrm;
            end;
            -- Rows without an answer may be stored or not, and are safe to send again.
            insert into dynamo_sync_answers (
                sync_name, run, item_key, has_key, change_kind, row_hash, source_rows, known_hash, in_bulk, status, message
            )
            select
                sending.sync_name,
                :run,
                sending.item_key,
                sending.has_key,
                sending.change_kind,
                sending.row_hash,
                sending.source_rows,
                sending.known_hash,
                false,
                'unprocessed',
                'the statement that sent it failed'
            from dynamo_sync_sending as sending
            where
                sending.sync_name = :sync
                and sending.change_kind not in (select change_kind from dynamo_sync_answers where sync_name = :sync);

            begin transaction;
            delete from dynamo_sync_snapshot
            where
                sync_name = :sync
                and item_key in (select item_key from dynamo_sync_settled_keys where sync_name = :sync);
            insert into dynamo_sync_snapshot (sync_name, item_key, row_hash, is_stored)
            select
                sync_name,
                item_key,
                row_hash,
                is_stored
            from dynamo_sync_settled_keys
            where sync_name = :sync;
            delete from dynamo_sync_failed
            using dynamo_sync_lapsed_failures as lapsed
            where
                dynamo_sync_failed.sync_name = :sync
                and dynamo_sync_failed.sync_name = lapsed.sync_name
                and dynamo_sync_failed.item_key = lapsed.item_key
                and dynamo_sync_failed.change_kind = lapsed.change_kind
                and coalesce(dynamo_sync_failed.row_hash, '') = coalesce(lapsed.row_hash, '');
            insert into dynamo_sync_failed (
                sync_name, item_key, has_key, change_kind, row_hash, status, code, message, run, failed_at
            )
            select
                sync_name,
                item_key,
                has_key,
                change_kind,
                row_hash,
                status,
                code,
                message,
                run,
                current_timestamp()
            from dynamo_sync_failed_rows
            where sync_name = :sync;
            -- What is settled leaves the outbox; what failed stays in it.
            delete from dynamo_sync_outbox
            where
                sync_name = :sync
                and (item_key || ' ' || change_kind || ' ' || coalesce(row_hash, '')) not in (
                    select item_key || ' ' || change_kind || ' ' || coalesce(row_hash, '')
                    from dynamo_sync_failed
                    where sync_name = :sync
                );
            commit;
        end if;
    exception
        when other then
            failure := sqlerrm;
            rollback;
    end;

    counted := (
        select to_json(object_construct(
            'written', written,
            'deleted', deleted,
            'superseded', superseded,
            'stale', stale,
            'unchanged', unchanged,
            'rejected', rejected,
            'unprocessed', unprocessed
        ))
        from dynamo_sync_counted_results
        where sync_name = :sync
    );
    message := failure;
    if (failure is null and coalesce(parse_json(plan):held_rows::number, 0) + coalesce(parse_json(counted):rejected::number, 0) > 0) then
        message := (coalesce(parse_json(plan):held_rows::number, 0) + coalesce(parse_json(counted):rejected::number, 0))::varchar
            || ' rejected, sent again when they change or by option redrive';
    end if;
    if (failure is null and coalesce(parse_json(counted):unprocessed::number, 0) > 0) then
        message := coalesce(message || '; ', '') || (parse_json(counted):unprocessed)::varchar
            || ' unprocessed, sent again by the next run';
    end if;
    if (failure is null and message is not null) then
        message := message || ': see dynamo_sync_failures';
    end if;
    insert into dynamo_sync_log (
        run, sync_name, target_table, called_by, query_id, state, route, read_rows, unchanged, put_rows, delete_rows,
        written, deleted, superseded, stale, rejected, unprocessed, write_units, started_at, ended_at, seconds, message
    )
    select
        :run,
        :sync,
        :target,
        current_user(),
        :query,
        iff(:failure is null, 'complete', 'failed'),
        :route,
        coalesce(parse_json(:plan):read_rows::number, 0),
        coalesce(parse_json(:plan):unchanged_rows::number, 0) + coalesce(parse_json(:counted):unchanged::number, 0),
        coalesce(parse_json(:plan):put_rows::number, 0),
        coalesce(parse_json(:plan):delete_rows::number, 0),
        coalesce(parse_json(:counted):written::number, 0),
        coalesce(parse_json(:counted):deleted::number, 0),
        coalesce(parse_json(:counted):superseded::number, 0),
        coalesce(parse_json(:counted):stale::number, 0),
        coalesce(parse_json(:counted):rejected::number, 0),
        coalesce(parse_json(:counted):unprocessed::number, 0),
        (select sum(write_units) from dynamo_sync_load_counts where sync_name = :sync),
        :started,
        current_timestamp(),
        datediff('millisecond', :started, current_timestamp()) / 1000,
        :message;
    begin
        statement := 'show streams like ''dynamo_sync_stream_' || sync || '''';
        execute immediate :statement;
        shown := sqlid;
        update dynamo_sync_definitions
        set stale_after = (
            select max("stale_after"::timestamp_ltz)
            from table(result_scan(:shown))
            where "name" = upper('dynamo_sync_stream_' || :sync)
        )
        where sync_name = :sync;
    exception
        -- Only a hint of dynamo_syncs: a run does not fail for it.
        when other then
            ignored := sqlerrm;
    end;
    delete from dynamo_sync_source where sync_name = :sync;
    delete from dynamo_sync_sending where sync_name = :sync;
    delete from dynamo_sync_results where sync_name = :sync;
    delete from dynamo_sync_answers where sync_name = :sync;
    delete from dynamo_sync_load_counts where sync_name = :sync;
    update dynamo_sync_definitions set run = null, run_until = null where sync_name = :sync;
    if (failure is not null and coalesce(parse_json(given):fail::boolean, false)) then
        ignored := (select dynamo_sync_refuse('sync ' || :sync || ': ' || :failure));
    end if;
    return object_construct_keep_null(
        'sync', sync,
        'run', run,
        'state', iff(failure is null, 'complete', 'failed'),
        'route', route,
        'read', coalesce(parse_json(plan):read_rows::number, 0),
        'unchanged', coalesce(parse_json(plan):unchanged_rows::number, 0) + coalesce(parse_json(counted):unchanged::number, 0),
        'put', coalesce(parse_json(plan):put_rows::number, 0),
        'delete', coalesce(parse_json(plan):delete_rows::number, 0),
        'written', coalesce(parse_json(counted):written::number, 0),
        'deleted', coalesce(parse_json(counted):deleted::number, 0),
        'superseded', coalesce(parse_json(counted):superseded::number, 0),
        'stale', coalesce(parse_json(counted):stale::number, 0),
        'rejected', coalesce(parse_json(counted):rejected::number, 0),
        'unprocessed', coalesce(parse_json(counted):unprocessed::number, 0),
        'message', message
    );
end
$$;

grant usage on procedure <% database %>.<% schema %>.run_dynamo_sync(varchar, object) to role <% user_role %>;

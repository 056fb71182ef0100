-- CALL preview_dynamo_sync(name): what a run would do. Sends nothing, consumes nothing, remembers nothing.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.preview_dynamo_sync(sync varchar)
    returns object
    language sql
    comment = 'push_to_dynamo: preview_dynamo_sync'
    execute as owner
    as
    $$
declare
    run varchar default uuid_string();
    redrive boolean default false;
    share number(9, 8) default null;
    plan varchar default null;
    counted varchar default null;
    route varchar default null;
    message varchar default null;
    ignored varchar default null;
begin
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
    share := (select delete_share from dynamo_sync_definitions where sync_name = :sync);
    begin
        begin transaction;
        call read_dynamo_sync(:sync, false);
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
        rollback;
    exception
        when other then
            rollback;
            update dynamo_sync_definitions set run = null, run_until = null where sync_name = :sync;
            raise;
    end;
    update dynamo_sync_definitions set run = null, run_until = null where sync_name = :sync;
    route := (
        select iff(parse_json(:plan):changed_rows::number > bulk_above, 'bulk', 'push')
        from dynamo_sync_definitions
        where sync_name = :sync
    );
    message := (parse_json(plan):new_keys)::varchar || ' new, ' || (parse_json(plan):changed_keys)::varchar || ' changed, '
        || (parse_json(plan):delete_rows)::varchar || ' to delete, ' || (parse_json(plan):held_rows)::varchar || ' rejected before';
    if (parse_json(plan):is_refused::boolean) then
        message := message || '; ' || 'the run would delete ' || (parse_json(plan):known_deletes)::varchar || ' of '
                || (parse_json(plan):known_keys)::varchar || ' known keys, more than max_delete_share ' || (share::float)::varchar
                || ' allows: nothing was sent. If they are to go: CALL run_dynamo_sync(''' || sync
                || ''', OBJECT_CONSTRUCT(''max_delete_share'', 1))';
    end if;
    return object_construct_keep_null(
        'sync', sync,
        'run', '',
        'state', 'preview',
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

grant usage on procedure <% database %>.<% schema %>.preview_dynamo_sync(varchar) to role <% user_role %>;

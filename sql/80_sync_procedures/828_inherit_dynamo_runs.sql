-- What runs before this one left, because they were cut off or passed over: their keys are in doubt from now on, and the runs are noted
-- as failed. Not those of a load that is under way. Part of the caller's transaction.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.inherit_dynamo_runs(sync varchar, hold varchar, loading varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: inherit_dynamo_runs'
    execute as owner
    as
    $$
begin
    insert into dynamo_sync_doubts (sync_name, item_key, is_due)
    select
        sync_name,
        item_key,
        true
    from dynamo_sync_sending
    where sync_name = :sync and has_key and run not in (:hold, coalesce(:loading, ''))
    union
    select
        sync_name,
        item_key,
        true
    from dynamo_sync_results
    where sync_name = :sync and has_key and run not in (:hold, coalesce(:loading, ''));
    delete from dynamo_sync_sending where sync_name = :sync and run not in (:hold, coalesce(:loading, ''));
    delete from dynamo_sync_results where sync_name = :sync and run not in (:hold, coalesce(:loading, ''));
    insert into dynamo_sync_log (
        run, sync_name, target_table, called_by, query_id, state, failure_code, route, read_rows, unchanged, put_rows, delete_rows,
        written, deleted, superseded, stale, rejected, unprocessed, started_at, ended_at, seconds, message
    )
    select
        runs.run,
        runs.sync_name,
        syncs.target_table,
        runs.called_by,
        runs.query_id,
        'failed',
        'cut_off',
        coalesce(runs.route, 'push'),
        coalesce(runs.read_rows, 0),
        coalesce(runs.unchanged, 0),
        coalesce(runs.put_rows, 0),
        coalesce(runs.delete_rows, 0),
        0,
        0,
        0,
        0,
        0,
        coalesce(runs.put_rows, 0) + coalesce(runs.delete_rows, 0),
        runs.started_at,
        current_timestamp(),
        datediff('millisecond', runs.started_at, current_timestamp()) / 1000,
        'it was cut off or passed over: what it had sent goes again'
    from dynamo_sync_open_runs as runs
    inner join dynamo_sync_definitions as syncs
        on runs.sync_name = syncs.sync_name
    where runs.sync_name = :sync and runs.kind = 'run' and runs.run <> coalesce(:loading, '');
    delete from dynamo_sync_open_runs where sync_name = :sync and run <> coalesce(:loading, '');
    return null;
end
$$;

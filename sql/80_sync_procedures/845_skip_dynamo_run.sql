-- Logs that a task found its sync at work: no failure, so that no task suspends itself for it.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.skip_dynamo_run(sync varchar, run varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: skip_dynamo_run'
    execute as owner
    as
    $$
begin
    insert into dynamo_sync_log (
        run, sync_name, target_table, called_by, state, route, read_rows, unchanged, put_rows, delete_rows, written, deleted, superseded,
        stale, rejected, unprocessed, started_at, ended_at, seconds, message
    )
    select
        :run,
        sync_name,
        target_table,
        current_user(),
        'skipped',
        'push',
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        current_timestamp(),
        current_timestamp(),
        0,
        'run ' || held_by || ' is at work'
    from dynamo_sync_definitions
    where sync_name = :sync;
    return null;
end
$$;

-- Drops the task and the stream of a sync and forgets what it knew, all at once: a sync of that name that is made later must not find what
-- this one has sent. A run of it that is still at work finds its hold gone.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.forget_dynamo_sync(sync varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: forget_dynamo_sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
begin
    statement := 'drop task if exists dynamo_sync_task_' || sync;
    execute immediate :statement;
    statement := 'drop stream if exists dynamo_sync_stream_' || sync;
    execute immediate :statement;
    begin
        begin transaction;
        -- In the order in which runs lock them, the definitions last: two that wait for each other would be a deadlock.
        delete from dynamo_sync_snapshot where sync_name = :sync;
        delete from dynamo_sync_failed where sync_name = :sync;
        delete from dynamo_sync_outbox where sync_name = :sync;
        delete from dynamo_sync_inbox where sync_name = :sync;
        delete from dynamo_sync_doubts where sync_name = :sync;
        delete from dynamo_sync_repeats where sync_name = :sync;
        delete from dynamo_sync_sending where sync_name = :sync;
        delete from dynamo_sync_results where sync_name = :sync;
        delete from dynamo_sync_load_counts where sync_name = :sync;
        delete from dynamo_sync_source where sync_name = :sync;
        delete from dynamo_sync_lookups where sync_name = :sync;
        delete from dynamo_sync_checks where sync_name = :sync;
        delete from dynamo_sync_findings where sync_name = :sync;
        delete from dynamo_sync_open_runs where sync_name = :sync;
        delete from dynamo_sync_definitions where sync_name = :sync;
        commit;
    exception
        when other then
            rollback;
            raise;
    end;
    return null;
end
$$;

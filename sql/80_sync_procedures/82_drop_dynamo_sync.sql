-- CALL drop_dynamo_sync(name): forgets a sync with its task and stream. Its runs stay in the audit, its items in DynamoDB.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.drop_dynamo_sync(sync varchar)
    returns varchar
    language sql
    comment = 'push_to_dynamo: drop_dynamo_sync'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    target varchar default null;
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
    target := (select target_table from dynamo_sync_definitions where sync_name = :sync);
    statement := 'drop task if exists dynamo_sync_task_' || sync;
    execute immediate :statement;
    statement := 'drop stream if exists dynamo_sync_stream_' || sync;
    execute immediate :statement;
    delete from dynamo_sync_source where sync_name = :sync;
    delete from dynamo_sync_sending where sync_name = :sync;
    delete from dynamo_sync_results where sync_name = :sync;
    delete from dynamo_sync_answers where sync_name = :sync;
    delete from dynamo_sync_load_counts where sync_name = :sync;
    delete from dynamo_sync_stream_rows where sync_name = :sync;
    delete from dynamo_sync_checks where sync_name = :sync;
    delete from dynamo_sync_outbox where sync_name = :sync;
    delete from dynamo_sync_failed where sync_name = :sync;
    delete from dynamo_sync_snapshot where sync_name = :sync;
    delete from dynamo_sync_definitions where sync_name = :sync;
    return 'Sync ' || sync || ' dropped. Its items stay in ' || target || '.';
end
$$;

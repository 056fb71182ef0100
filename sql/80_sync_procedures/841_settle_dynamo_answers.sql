-- Takes over what a run was answered: snapshot, failures, outbox and doubts. Part of the caller's transaction, which ends with the fence.
-- The run holds its sync, so all that is in the outbox was before it: what failed stays, all else leaves.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.settle_dynamo_answers(sync varchar, run varchar, sent number)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: settle_dynamo_answers'
    execute as owner
    as
    $$
begin
    if (sent > 0) then
        delete from dynamo_sync_snapshot
        where
            sync_name = :sync
            and item_key in (select settled.item_key from dynamo_sync_settled_keys as settled where settled.run = :run);
        insert into dynamo_sync_snapshot (sync_name, item_key, row_hash, is_stored)
        select
            sync_name,
            item_key,
            row_hash,
            is_stored
        from dynamo_sync_settled_keys
        where run = :run;
    end if;
    delete from dynamo_sync_failed
    using dynamo_sync_lapsed_failures as lapsed
    where
        dynamo_sync_failed.sync_name = :sync
        and lapsed.run = :run
        and dynamo_sync_failed.item_key = lapsed.item_key
        and dynamo_sync_failed.change_kind = lapsed.change_kind
        and coalesce(dynamo_sync_failed.row_hash, '') = coalesce(lapsed.row_hash, '');
    if (sent > 0) then
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
        where run = :run;
    end if;
    delete from dynamo_sync_outbox
    where
        sync_name = :sync
        and not exists (
            select 1
            from dynamo_sync_failed as failed
            where
                failed.sync_name = dynamo_sync_outbox.sync_name
                and failed.item_key = dynamo_sync_outbox.item_key
                and failed.change_kind = dynamo_sync_outbox.change_kind
                and coalesce(failed.row_hash, '') = coalesce(dynamo_sync_outbox.row_hash, '')
        );
    update dynamo_sync_doubts set is_due = false where sync_name = :sync and is_due;
    if (sent > 0) then
        -- Keys that were sent are known again, but for those without an answer. The outbox still has these where a stream brought them.
        delete from dynamo_sync_doubts
        where
            sync_name = :sync
            and item_key in (select sending.item_key from dynamo_sync_sending as sending where sending.run = :run);
        insert into dynamo_sync_doubts (sync_name, item_key, is_due)
        select distinct
            failed.sync_name,
            failed.item_key,
            runs.capture <> 'stream'
        from dynamo_sync_failed_rows as failed
        inner join dynamo_sync_open_runs as runs
            on failed.run = runs.run
        where failed.run = :run and failed.has_key and failed.status = 'unprocessed';
    end if;
    return null;
end
$$;

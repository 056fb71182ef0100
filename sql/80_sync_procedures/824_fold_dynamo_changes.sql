-- What was read from a stream, one change a key, takes the place of what waits in the outbox. Part of the caller's transaction.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.fold_dynamo_changes(sync varchar, run varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: fold_dynamo_changes'
    execute as owner
    as
    $$
begin
    delete from dynamo_sync_outbox
    where
        sync_name = :sync
        and (
            item_key in (select lookups.item_key from dynamo_sync_lookups as lookups where lookups.run = :run)
            or (has_key and item_key in (select changes.item_key from dynamo_sync_collapsed_changes as changes where changes.run = :run))
            or (
                not has_key
                and row_hash in (
                    select changes.row_hash
                    from dynamo_sync_collapsed_changes as changes
                    where changes.run = :run and not changes.has_key
                )
            )
        );
    insert into dynamo_sync_outbox (sync_name, item_key, has_key, change_kind, item, row_hash, source_rows)
    select
        sync_name,
        item_key,
        has_key,
        change_kind,
        item,
        row_hash,
        source_rows
    from dynamo_sync_collapsed_changes
    where run = :run;
    insert into dynamo_sync_repeats (sync_name, item_key)
    select
        sync_name,
        item_key
    from dynamo_sync_collapsed_changes
    where run = :run and has_key and source_rows > 1
    union
    select
        sync_name,
        item_key
    from dynamo_sync_latest_rows
    where run = :run and has_key and source_rows > 1;
    delete from dynamo_sync_inbox where sync_name = :sync;
    -- From now on the outbox has the change.
    update dynamo_sync_doubts
    set is_due = false
    where
        sync_name = :sync
        and is_due
        and item_key in (select lookups.item_key from dynamo_sync_lookups as lookups where lookups.run = :run);
    return null;
end
$$;

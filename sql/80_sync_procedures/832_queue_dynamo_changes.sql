-- Notes what a run sends before it sends it: from now on these keys are in doubt until they are answered. Deletes go first, then puts, in
-- slices of 20000, so that the hold can be renewed in between. A run that no longer holds its sync notes nothing: the sync may have been dropped.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.queue_dynamo_changes(sync varchar, run varchar, hold varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: queue_dynamo_changes'
    execute as owner
    as
    $$
begin
    begin
        begin transaction;
        insert into dynamo_sync_sending (
            sync_name, run, place, slice, item_key, has_key, change_kind, item, row_hash, source_rows, known_hash
        )
        select
            sync_name,
            run,
            row_number() over (order by change_kind, item_key, row_hash),
            iff(change_kind = 'delete', 0, 1000000)
            + floor((row_number() over (partition by change_kind order by item_key, row_hash) - 1) / 20000),
            item_key,
            has_key,
            change_kind,
            item,
            row_hash,
            source_rows,
            known_hash
        from dynamo_sync_classified_rows
        where run = :run and change_kind in ('put', 'delete');
        call keep_dynamo_hold(:sync, :hold, 15);
        commit;
    exception
        when other then
            rollback;
            raise;
    end;
    return null;
end
$$;

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
declare
    run varchar default null;
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
    run := (
        select min(runs.run)
        from dynamo_sync_open_runs as runs
        where runs.sync_name = :sync and runs.kind = 'run' and runs.run <> coalesce(:loading, '')
    );
    while (run is not null) do
        call note_dynamo_end(:sync, :run, 'it was cut off or passed over: what it had sent goes again', 'cut_off');
        delete from dynamo_sync_open_runs as runs where runs.run = :run;
        run := (
            select min(runs.run)
            from dynamo_sync_open_runs as runs
            where runs.sync_name = :sync and runs.kind = 'run' and runs.run <> coalesce(:loading, '')
        );
    end while;
    delete from dynamo_sync_sending where sync_name = :sync and run not in (:hold, coalesce(:loading, ''));
    delete from dynamo_sync_results where sync_name = :sync and run not in (:hold, coalesce(:loading, ''));
    delete from dynamo_sync_open_runs where sync_name = :sync and run <> coalesce(:loading, '');
    return null;
end
$$;

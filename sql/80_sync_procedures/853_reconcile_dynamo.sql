-- CALL reconcile_dynamo(name [, sample]): keys that are missing in DynamoDB, different, or extra (once sent, gone from the source). What
-- was found is in doubt from then on: the next run, or the sweep, sends it again, and a mirror deletes what is extra.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.reconcile_dynamo(sync varchar, sample_keys number default null)
    copy grants
    returns table (key object, finding varchar)
    language sql
    comment = 'push_to_dynamo: reconcile_dynamo'
    execute as owner
    as
    $$
declare
    hold varchar default uuid_string();
    run varchar default null;
    flaw varchar default null;
    refusal varchar default null;
    found resultset;
begin
    call guard_dynamo_sync(:sync) into :flaw;
    if (flaw is null and sample_keys is not null and (sample_keys < 1 or sample_keys <> floor(sample_keys))) then
        flaw := 'the sample is a number of keys, such as 1000';
    end if;
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    call claim_dynamo_sync(:sync, :hold, 'reconcile', '{}') into :run;
    if (run is null) then
        refusal := (
            select dynamo_sync_refusal('sync ' || :sync || ' is at work: wait, or CALL resume_dynamo_sync(''' || :sync
                || ''', OBJECT_CONSTRUCT(''force'', TRUE)) when that run was cut off')
        );
        execute immediate :refusal;
    end if;
    begin
        if (run <> hold) then
            refusal := (
                select dynamo_sync_refusal('a load of sync ' || :sync || ' is under way: CALL run_dynamo_sync(''' || :sync
                    || ''') settles it when it has ended')
            );
            execute immediate :refusal;
        end if;
        call check_dynamo_keys(:sync, :run, :hold, :sample_keys);
        call compare_dynamo_rows(:sync, :run, :hold);
        begin transaction;
        insert into dynamo_sync_doubts (sync_name, item_key, is_due)
        select distinct
            sync_name,
            item_key,
            true
        from dynamo_sync_reconciled_keys
        where run = :run and has_key;
        call keep_dynamo_hold(:sync, :hold, 15);
        commit;
    exception
        when other then
            rollback;
            delete from dynamo_sync_open_runs where run = :hold;
            update dynamo_sync_definitions set held_by = null, held_since = null, held_until = null where sync_name = :sync and held_by = :hold;
            call clear_dynamo_work(:sync);
            call rest_dynamo_sweep();
            raise;
    end;
    delete from dynamo_sync_open_runs where run = :hold;
    update dynamo_sync_definitions set held_by = null, held_since = null, held_until = null where sync_name = :sync and held_by = :hold;
    call rest_dynamo_sweep();
    found := (
        select
            parse_json(item_key)::object as key,
            finding
        from dynamo_sync_reconciled_keys
        where run = :run
        order by finding, item_key
    );
    call clear_dynamo_work(:sync);
    return table(found);
end
$$;

grant usage on procedure <% database %>.<% schema %>.reconcile_dynamo(varchar, number) to role <% user_role %>;

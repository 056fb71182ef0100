-- Takes a sync for one run: answers the run, NULL where another holds it, or the name of the run whose load is to be settled first.
-- What a run before it left, because it was cut off or passed over, is in doubt from now on; it is noted as failed.
-- The sweep is awake while a run without a clock is at work: should this one be cut off, the sweep finds it.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.claim_dynamo_sync(sync varchar, hold varchar, kind varchar, given varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: claim_dynamo_sync'
    execute as owner
    as
    $$
declare
    loading varchar default null;
    held_by varchar default null;
    wakes boolean default null;
    leftovers number default null;
begin
    update dynamo_sync_definitions
    set
        held_by = :hold,
        held_since = current_timestamp(),
        held_until = dateadd('minute', 15, current_timestamp())
    where sync_name = :sync and (held_by is null or held_until < current_timestamp());
    held_by := (select syncs.held_by from dynamo_sync_definitions as syncs where syncs.sync_name = :sync);
    if (held_by is null or held_by <> hold) then
        return null;
    end if;
    loading := (select loading_run from dynamo_sync_definitions where sync_name = :sync);
    wakes := (select interval_seconds is null from dynamo_sync_definitions where sync_name = :sync);
    leftovers := (
        select count(*)
        from (
            select run from dynamo_sync_open_runs where sync_name = :sync
            union all
            select run from dynamo_sync_sending where sync_name = :sync
            union all
            select run from dynamo_sync_results where sync_name = :sync
        )
        where run <> coalesce(:loading, '')
    );
    begin
        begin transaction;
        if (leftovers > 0) then
            call inherit_dynamo_runs(:sync, :hold, :loading);
        end if;
        insert into dynamo_sync_open_runs (
            run, sync_name, kind, state, called_by, started_at, capture, wanted_capture, mirror, is_redrive, delete_share, push, key_columns
        )
        select
            :hold,
            sync_name,
            :kind,
            'running',
            current_user(),
            current_timestamp(),
            capture,
            iff(coalesce(parse_json(:given)['resend']::boolean, false), 'full', coalesce(next_capture, capture)),
            mirror,
            coalesce(parse_json(:given)['redrive']::boolean, false),
            coalesce(parse_json(:given)['max_delete_share']::number(9, 8), max_delete_share),
            push,
            key_columns
        from dynamo_sync_definitions
        where sync_name = :sync and (loading_run is null or :kind <> 'run');
        -- What a run is asked to send again stays asked for until a run has sent it.
        update dynamo_sync_definitions
        set next_capture = 'full'
        where sync_name = :sync and coalesce(parse_json(:given)['resend']::boolean, false);
        call keep_dynamo_hold(:sync, :hold, 15);
        commit;
    exception
        when other then
            rollback;
            raise;
    end;
    if (wakes) then
        alter task dynamo_sync_sweep resume;
    end if;
    return coalesce(loading, hold);
end
$$;

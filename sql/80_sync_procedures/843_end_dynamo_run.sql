-- Ends a run in one transaction: what it was answered, the log, and its hold. A run that no longer holds its sync changes nothing; what it
-- sent stays noted, and the next run takes it for in doubt. Afterwards, outside, the sweep rests or wakes.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.end_dynamo_run(sync varchar, run varchar, hold varchar, failure varchar, code varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: end_dynamo_run'
    execute as owner
    as
    $$
declare
    state varchar default null;
    sent number default null;
    has_moved boolean default null;
begin
    sent := (select count(*) from dynamo_sync_sending as sending where sending.run = :run);
    begin
        begin transaction;
        if (sent > 0 or failure is null) then
            call settle_dynamo_answers(:sync, :run, :sent);
        end if;
        call note_dynamo_end(:sync, :run, :failure, :code) into :state;
        has_moved := (select sum(logged.written + logged.deleted) > 0 from dynamo_sync_log as logged where logged.run = :run);
        if (sent > 0) then
            delete from dynamo_sync_sending where run = :run;
            delete from dynamo_sync_results where run = :run;
        end if;
        delete from dynamo_sync_open_runs where run = :run;
        call keep_dynamo_hold(:sync, :hold, 15);
        update dynamo_sync_definitions
        set
            held_by = null,
            held_since = null,
            held_until = null,
            loading_run = null,
            next_capture = iff(:sent > 0 or :failure is null, null, next_capture),
            last_run = :run,
            last_state = :state,
            last_failure_code = iff(:failure is null, null, :code),
            last_ended_at = current_timestamp(),
            last_complete_at = iff(:state = 'complete', current_timestamp(), last_complete_at),
            -- Where it got on, it is not failing for long.
            failing_since = iff(:state = 'complete', null, coalesce(iff(:has_moved, null, failing_since), current_timestamp())),
            -- It has read its stream, or made it again; when that goes stale the next look tells.
            stream_state = iff(:failure is null and capture = 'stream', 'fresh', stream_state),
            stale_after = iff(:failure is null, null, stale_after)
        where sync_name = :sync and held_by = :hold;
        commit;
    exception
        when other then
            rollback;
            raise;
    end;
    call clear_dynamo_work(:sync);
    call keep_dynamo_audit_days();
    call rest_dynamo_sweep();
    return state;
end
$$;

-- What becomes of a run whose work is over for now. outcome running: its load goes on, a later run settles it; another text: why the load
-- failed. Answers the state.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.close_dynamo_run(
    sync varchar,
    run varchar,
    hold varchar,
    outcome varchar,
    failure varchar,
    code varchar
)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: close_dynamo_run'
    execute as owner
    as
    $$
declare
    state varchar default null;
    loading varchar default null;
    reason varchar default null;
begin
    loading := (select max(load_change) from dynamo_sync_open_runs as runs where runs.run = :run);
    if (loading is not null and (outcome = 'running' or failure is not null)) then
        -- Also when the service could not be asked: whether the load has begun is not known, and asking again starts it or finds it.
        reason := (
            select 'a load is under way, the sweep or the next run settles it' || coalesce(' (it could not be asked: ' || :failure || ')', '')
        );
        update dynamo_sync_open_runs set load_note = :reason where run = :run;
        update dynamo_sync_definitions
        set
            held_by = null,
            held_since = null,
            held_until = null,
            last_run = :run,
            last_state = 'loading'
        where sync_name = :sync and held_by = :hold;
        call rest_dynamo_sweep();
        return 'loading';
    end if;
    reason := coalesce(failure, outcome);
    code := (select iff(:reason is null, null, coalesce(:code, 'load_failed')));
    call end_dynamo_run(:sync, :run, :hold, :reason, :code) into :state;
    return state;
end
$$;

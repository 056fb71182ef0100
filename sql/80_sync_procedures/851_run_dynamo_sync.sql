-- CALL run_dynamo_sync(name [, options]): reads the source, sends what changed, remembers what the answers say. A run whose load is still
-- under way is settled first, when the load has ended. Options, for this run only: max_delete_share; redrive (rejected rows, too); resend
-- (forget what is known and send everything); fail (for tasks: a failed run is an error, and a sync that is at work is skipped).
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.run_dynamo_sync(sync varchar, options object default null)
    copy grants
    returns object
    language sql
    comment = 'push_to_dynamo: run_dynamo_sync'
    execute as owner
    as
    $$
declare
    hold varchar default uuid_string();
    run varchar default null;
    given varchar default null;
    called_by_task boolean default null;
    step varchar default 'source_unreadable';
    state varchar default null;
    route varchar default null;
    flaw varchar default null;
    failure varchar default null;
    code varchar default null;
    refusal varchar default null;
begin
    given := (select coalesce(to_json(:options), '{}'));
    call guard_dynamo_sync(:sync) into :flaw;
    if (flaw is null and given <> '{}') then
        call check_dynamo_sync_options('run_dynamo_sync', :given) into :flaw;
    end if;
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    called_by_task := (select coalesce(parse_json(:given)['fail']::boolean, false));

    call claim_dynamo_sync(:sync, :hold, 'run', :given) into :run;
    if (run is null) then
        if (called_by_task) then
            call skip_dynamo_run(:sync, :hold);
            return (select answer from dynamo_sync_run_answers where run = :hold);
        end if;
        refusal := (
            select dynamo_sync_refusal(iff(
                count(*) = 0,
                'there is no sync ''' || :sync || ''' any more: it was dropped meanwhile',
                'sync ' || :sync || ' is at work already, since '
                || coalesce(to_varchar(convert_timezone('UTC', max(held_since)), 'YYYY-MM-DD HH24:MI:SS'), 'now')
                || ' UTC: wait, or, when you know that this run was cut off, CALL resume_dynamo_sync(''' || :sync
                || ''', OBJECT_CONSTRUCT(''force'', TRUE))'
            ))
            from dynamo_sync_definitions
            where sync_name = :sync
        );
        execute immediate :refusal;
    end if;

    begin
        if (run = hold) then
            call read_dynamo_sync(:sync, :run, :hold);
            call plan_dynamo_sync(:sync, :run) into :failure;
            if (failure is not null) then
                code := 'too_many_deletes';
            else
                call queue_dynamo_changes(:sync, :run, :hold);
                route := (select runs.route from dynamo_sync_open_runs as runs where runs.run = :run);
            end if;
        else
            route := 'bulk';
        end if;
        if (route = 'bulk') then
            step := 'load_failed';
            call load_dynamo_sync(:sync, :run, :hold) into :state;
        elseif (route = 'push') then
            step := 'push_failed';
            call push_dynamo_sync(:sync, :run, :hold);
        end if;
    exception
        when other then
            failure := (select dynamo_sync_reason(:sqlerrm));
            code := step;
    end;
    begin
        call close_dynamo_run(:sync, :run, :hold, :state, :failure, :code) into :state;
    exception
        -- The hold is lost, or the end could not be written: nothing of it is, and the next run takes what was sent for in doubt.
        when other then
            failure := (select 'its end could not be noted: ' || dynamo_sync_reason(:sqlerrm));
            state := 'lost';
            call clear_dynamo_work(:sync);
            -- What it has sent after that is in doubt, and the sweep looks again; but not where the sync was dropped.
            delete from dynamo_sync_results
            where run = :run and sync_name not in (select syncs.sync_name from dynamo_sync_definitions as syncs);
            call rest_dynamo_sweep();
    end;
    if (state in ('failed', 'lost') and called_by_task) then
        refusal := (
            select dynamo_sync_refusal(
                'sync ' || :sync || ': ' || coalesce(iff(:state = 'lost', :failure, any_value(answer['message']::varchar)), '')
            )
            from dynamo_sync_run_answers
            where run = :run
        );
        execute immediate :refusal;
    end if;
    return (
        select iff(
            :state = 'lost' or count(*) = 0,
            object_construct_keep_null(
                'sync', :sync, 'run', :run, 'state', 'failed', 'route', coalesce(:route, 'push'), 'read', 0, 'unchanged', 0, 'put', 0, 'delete', 0,
                'written', 0, 'deleted', 0, 'superseded', 0, 'stale', 0, 'rejected', 0, 'unprocessed', 0, 'message', :failure
            ),
            any_value(answer)
        )
        from dynamo_sync_run_answers
        where run = :run
    );
end
$$;

grant usage on procedure <% database %>.<% schema %>.run_dynamo_sync(varchar, object) to role <% user_role %>;

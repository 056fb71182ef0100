-- Reads what a run works on: the whole source, or what its stream holds and the keys of which that does not tell enough. No lock is held
-- over a read; what changes shared tables comes after it, in transactions of a second. Without a hold (a preview) all of it is part of the
-- caller's transaction. A stream that cannot be read (stale, or its table was replaced) is made again, and the run compares everything.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.read_dynamo_sync(sync varchar, run varchar, hold varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: read_dynamo_sync'
    execute as owner
    as
    $$
declare
    columns varchar default null;
    written varchar default null;
    source varchar default null;
    key_columns varchar default null;
    push varchar default null;
    capture varchar default null;
    wanted varchar default null;
    adopts boolean default null;
    note varchar default null;
    reason varchar default null;
begin
    source := (select syncs.source from dynamo_sync_definitions as syncs where syncs.sync_name = :sync);
    key_columns := (select runs.key_columns from dynamo_sync_open_runs as runs where runs.run = :run);
    capture := (select runs.capture from dynamo_sync_open_runs as runs where runs.run = :run);
    wanted := (select runs.wanted_capture from dynamo_sync_open_runs as runs where runs.run = :run);
    push := (select runs.push from dynamo_sync_open_runs as runs where runs.run = :run);
    adopts := (select adopt and last_complete_at is null from dynamo_sync_definitions where sync_name = :sync);
    call describe_dynamo_source(:source) into :columns;
    call write_dynamo_columns(:columns, :key_columns) into :written;
    push := (select coalesce(:push, '{}'));
    columns := (select to_json(parse_json(:written)['floats']));
    call push_options_of_run(:push, :columns, :adopts) into :push;
    if (hold is null) then
        if (capture = 'stream') then
            call read_dynamo_stream(:sync, :run, :written);
        end if;
    elseif (capture = 'stream') then
        begin
            begin transaction;
            call read_dynamo_stream(:sync, :run, :written);
            call keep_dynamo_hold(:sync, :hold, 60);
            commit;
        exception
            when other then
                reason := sqlerrm;
                rollback;
                call keep_dynamo_hold(:sync, :hold, 60);
                -- Remembered first: the new stream does not know what the old one held.
                update dynamo_sync_definitions set next_capture = coalesce(next_capture, 'diff') where sync_name = :sync;
                call make_dynamo_stream(:sync);
                wanted := iff(wanted = 'full', 'full', 'diff');
                note := (select 'the stream could not be read and was made again, all rows were compared: ' || dynamo_sync_reason(:reason));
        end;
    else
        call keep_dynamo_hold(:sync, :hold, 60);
    end if;
    if (capture = 'stream') then
        call look_up_dynamo_keys(:sync, :run);
    end if;
    adopts := (select :wanted <> 'stream');
    call read_dynamo_source(:sync, :run, :written, :adopts);
    if (hold is null) then
        if (capture = 'stream') then
            call fold_dynamo_changes(:sync, :run);
        end if;
        update dynamo_sync_open_runs set capture = :wanted, push = :push where run = :run;
        return null;
    end if;
    begin
        begin transaction;
        if (capture = 'stream') then
            call fold_dynamo_changes(:sync, :run);
        end if;
        update dynamo_sync_open_runs set capture = :wanted, push = :push, note = :note where run = :run;
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

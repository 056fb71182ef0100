-- What the task dynamo_sync_sweep does while something waits: runs each sync that left rows behind, whose load has ended, or whose run
-- was cut off. When nothing is left it suspends that task, so that at rest no task of syncs runs on a clock.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.sweep_dynamo_syncs()
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: sweep_dynamo_syncs'
    execute as owner
    as
    $$
declare
    next_sync varchar default '';
    swept number default 0;
begin
    while (next_sync is not null) do
        next_sync := (
            select min(waiting.sync_name)
            from dynamo_sync_waiting as waiting
            inner join dynamo_sync_definitions as syncs
                on waiting.sync_name = syncs.sync_name
            where
                waiting.is_swept
                and waiting.sync_name > :next_sync
                and coalesce(waiting.sweep_at <= current_timestamp(), true)
                and (syncs.held_until is null or syncs.held_until < current_timestamp())
        );
        if (next_sync is not null) then
            begin
                call run_dynamo_sync(:next_sync, object_construct('fail', true));
                swept := swept + 1;
            exception
                -- It is in the log; the others go on.
                when other then
                    swept := swept + 1;
            end;
        end if;
    end while;
    call rest_dynamo_sweep();
    return swept::varchar || ' syncs swept';
end
$$;

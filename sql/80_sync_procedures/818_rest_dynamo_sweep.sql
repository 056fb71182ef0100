-- Lets the sweep rest when nothing waits, and starts it when something does. It looks again after it has suspended the task, so that a
-- run that leaves something meanwhile, and starts the sweep, is not overruled.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.rest_dynamo_sweep()
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: rest_dynamo_sweep'
    execute as owner
    as
    $$
declare
    waiting number default null;
begin
    waiting := (select count_if(is_swept) from dynamo_sync_waiting);
    if (waiting = 0) then
        alter task dynamo_sync_sweep suspend;
        waiting := (select count_if(is_swept) from dynamo_sync_waiting);
    end if;
    if (waiting > 0) then
        alter task dynamo_sync_sweep resume;
    end if;
    return null;
end
$$;

-- The fence of a run: renews its hold, or ends the run that no longer has it. Called before each step that takes long, and last in each
-- transaction that settles something, so that all of it is undone, and so that the definitions are locked for no longer than that.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.keep_dynamo_hold(sync varchar, hold varchar, minutes number)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: keep_dynamo_hold'
    execute as owner
    as
    $$
declare
    kept number default null;
    refusal varchar default null;
begin
    update dynamo_sync_definitions
    set held_until = dateadd('minute', :minutes, current_timestamp())
    where sync_name = :sync and held_by = :hold;
    -- Read again: whether an UPDATE that had to wait looks at the newest row is not documented.
    kept := (select count(*) from dynamo_sync_definitions where sync_name = :sync and held_by = :hold);
    if (kept = 0) then
        refusal := (select dynamo_sync_refusal('another run took sync ' || :sync || ' over: this one has stopped'));
        execute immediate :refusal;
    end if;
    return null;
end
$$;

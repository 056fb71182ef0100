-- Upgrade from 0.1.0: procedures that take an argument more now, since a call without it could mean either; what nothing calls any more.
-- The set-up makes the new ones and grants them to callers; grants that you made on the old ones are to be made again. Two tables of which
-- nothing was needed after a run go as well: one has the name of a view now.
-- Run by: the owner role.   Leaves: nothing of them.

use role <% owner_role %>;

use warehouse <% warehouse %>;

use schema <% database %>.<% schema %>;

drop procedure if exists <% database %>.<% schema %>.drop_dynamo_sync(varchar);

drop procedure if exists <% database %>.<% schema %>.resume_dynamo_sync(varchar);

drop procedure if exists <% database %>.<% schema %>.read_dynamo_sync(varchar, boolean);

drop function if exists <% database %>.<% schema %>.dynamo_sync_refuse(varchar);

drop view if exists <% database %>.<% schema %>.dynamo_sync_pending_changes;

drop table if exists <% database %>.<% schema %>.dynamo_sync_stream_rows;

execute immediate
$$
begin
    drop table if exists dynamo_sync_answers;
    return 'dropped';
exception
    -- It is the view already.
    when other then
        return 'kept';
end
$$;

insert into <% database %>.<% schema %>.dynamo_upgrades (step, done_at)
select
    '652_old_signatures',
    current_timestamp()
where not exists (select step from <% database %>.<% schema %>.dynamo_upgrades where step = '652_old_signatures');

-- The sweep of syncs, every five minutes while something waits. It stands suspended: a run that leaves something starts it, and the
-- sweep that finds nothing left suspends it.
-- Run by: the owner role.   Leaves: a suspended task.

use role <% owner_role %>;

create or replace task <% database %>.<% schema %>.dynamo_sync_sweep
    <% task_settings %>
    schedule = '5 MINUTES'
    comment = 'push_to_dynamo: what runs of syncs left behind'
    as
    call sweep_dynamo_syncs();

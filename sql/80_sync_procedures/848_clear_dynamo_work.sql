-- Deletes the working rows of runs of a sync that are over: of those that ended, were cut off, or were passed over and went on reading. What
-- such a run has sent stays noted (dynamo_sync_sending, dynamo_sync_results) until another run has taken it for in doubt.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.clear_dynamo_work(sync varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: clear_dynamo_work'
    execute as owner
    as
    $$
begin
    delete from dynamo_sync_source
    where sync_name = :sync and run not in (select runs.run from dynamo_sync_open_runs as runs);
    delete from dynamo_sync_lookups
    where sync_name = :sync and run not in (select runs.run from dynamo_sync_open_runs as runs);
    delete from dynamo_sync_load_counts
    where sync_name = :sync and run not in (select runs.run from dynamo_sync_open_runs as runs);
    delete from dynamo_sync_checks
    where sync_name = :sync and run not in (select runs.run from dynamo_sync_open_runs as runs);
    delete from dynamo_sync_findings
    where sync_name = :sync and run not in (select runs.run from dynamo_sync_open_runs as runs);
    return null;
end
$$;

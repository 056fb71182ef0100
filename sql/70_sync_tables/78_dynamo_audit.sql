-- Runs of syncs, loads and pushes in one model, by the lines of audit/ that have arrived.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_audit copy grants as
select
    activity,
    sync_name as sync,
    run,
    target_table,
    called_by,
    query_id,
    state,
    route,
    read_rows,
    sent_rows,
    written,
    deleted,
    superseded,
    stale,
    unchanged,
    rejected,
    unprocessed,
    write_units,
    dollars,
    seconds,
    started_at,
    ended_at,
    message
from dynamo_sync_audited_rows;

grant select on view <% database %>.<% schema %>.dynamo_audit to role <% user_role %>;

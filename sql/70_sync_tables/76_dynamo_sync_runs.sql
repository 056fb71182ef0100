-- Every run of every sync, with the counts that it answered.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_runs as
select
    sync_name as sync,
    run,
    state,
    route,
    read_rows as "READ",
    unchanged,
    put_rows as "PUT",
    delete_rows as "DELETE",
    written,
    deleted,
    superseded,
    stale,
    rejected,
    unprocessed,
    message,
    called_by,
    query_id,
    started_at,
    ended_at,
    seconds
from dynamo_sync_log;

grant select on view <% database %>.<% schema %>.dynamo_sync_runs to role <% user_role %>;

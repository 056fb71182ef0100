-- Every sync: what it reads and writes, how often, and when its stream would go stale.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_syncs as
select
    syncs.sync_name as sync,
    syncs.source,
    syncs.target_table,
    parse_json(syncs.key_columns) as key_columns,
    syncs.capture,
    syncs.schedule,
    syncs.mirror,
    syncs.max_delete_share,
    syncs.bulk_above,
    parse_json(syncs.push) as push,
    iff(syncs.is_paused, 'paused', 'active') as state,
    syncs.created_by,
    syncs.created_at,
    syncs.stale_after
from dynamo_sync_definitions as syncs;

grant select on view <% database %>.<% schema %>.dynamo_syncs to role <% user_role %>;

-- Rows that were rejected (they wait for a change or a redrive) or left unprocessed (the next run or the sweep sends them).
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_failures copy grants as
select
    sync_name as sync,
    parse_json(item_key) as "KEY",
    change_kind as "CHANGE",
    status,
    code,
    message,
    run,
    failed_at
from dynamo_sync_failed;

grant select on view <% database %>.<% schema %>.dynamo_sync_failures to role <% user_role %>;

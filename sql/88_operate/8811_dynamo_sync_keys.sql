-- The change state of every sync, a key a row: what it knows the table to hold, and what is to come. stored: sent as it is; waiting: a change
-- is to be sent (CHANGE says put or delete); in_doubt: a run was cut off, the next one sends it again; set_aside: rejected, see
-- dynamo_sync_failures. Keys are contents of rows, so the view is granted to nobody.
-- Reads: dynamo_sync_snapshot, dynamo_sync_outbox, dynamo_sync_doubts, dynamo_sync_failed.
-- Run by: the owner role.   Leaves: a view of the owner role.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_keys copy grants as
with

facts as (
    select
        sync_name,
        item_key,
        4 as place,
        'stored' as state,
        cast(null as varchar) as change_kind
    from dynamo_sync_snapshot
    where is_stored
    union all
    select
        sync_name,
        item_key,
        2 as place,
        'waiting' as state,
        change_kind
    from dynamo_sync_outbox
    union all
    select
        sync_name,
        item_key,
        1 as place,
        'in_doubt' as state,
        null as change_kind
    from dynamo_sync_doubts
    union all
    select
        sync_name,
        item_key,
        iff(status = 'unprocessed', 2, 3) as place,
        iff(status = 'unprocessed', 'waiting', 'set_aside') as state,
        change_kind
    from dynamo_sync_failed
)

select
    sync_name as sync,
    parse_json(item_key) as "KEY",
    state,
    change_kind as "CHANGE"
from facts
qualify row_number() over (partition by sync_name, item_key order by place) = 1;

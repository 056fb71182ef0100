-- Keys that reconcile looks at: those of the source, and those that were once sent and are gone from it.
-- Reads: dynamo_sync_open_runs, dynamo_sync_latest_rows, dynamo_sync_snapshot.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_keys_to_check copy grants as
with

present as (
    select
        sync_name,
        run,
        item_key,
        has_key,
        item
    from dynamo_sync_latest_rows
),

gone as (
    select
        known.sync_name,
        runs.run,
        known.item_key
    from dynamo_sync_snapshot as known
    inner join dynamo_sync_open_runs as runs
        on known.sync_name = runs.sync_name
    left join present
        on runs.run = present.run and known.item_key = present.item_key
    where present.item_key is null
)

select
    sync_name,
    run,
    item_key,
    has_key,
    item,
    true as is_in_source
from present
union all
select
    sync_name,
    run,
    item_key,
    true as has_key,
    cast(null as varchar) as item,
    false as is_in_source
from gone;

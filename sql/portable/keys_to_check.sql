-- What reconcile looks at: every key of the source, and every key that the sync once sent and that is gone from it.
-- Portable: Snowflake and DuckDB.   Reads: dynamo_sync_latest_rows, dynamo_sync_snapshot.

with

present as (
    select
        sync_name,
        item_key,
        has_key,
        item
    from dynamo_sync_latest_rows
),

gone as (
    select
        known.sync_name,
        known.item_key
    from dynamo_sync_snapshot as known
    left join present
        on known.sync_name = present.sync_name and known.item_key = present.item_key
    where present.item_key is null
)

select
    sync_name,
    item_key,
    has_key,
    item,
    true as is_in_source
from present
union all
select
    sync_name,
    item_key,
    true as has_key,
    cast(null as varchar) as item,
    false as is_in_source
from gone

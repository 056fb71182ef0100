-- What a run makes of each key: put, delete, unchanged, held (rejected before, and the row is still the same) or
-- kept (gone from the source of a sync that does not mirror).
-- Portable: Snowflake and DuckDB.   Reads: definitions, snapshot, outbox, failed rows and latest rows of syncs.

with

known_keys as (
    select
        sync_name,
        item_key,
        row_hash
    from dynamo_sync_snapshot
    where is_stored
),

held_rows as (
    select distinct
        sync_name,
        item_key,
        change_kind,
        coalesce(row_hash, '') as row_hash
    from dynamo_sync_failed
    where status <> 'unprocessed'
),

source_rows as (
    select
        latest.sync_name,
        latest.item_key,
        latest.has_key,
        'put' as change_kind,
        latest.item,
        latest.row_hash,
        latest.source_rows
    from dynamo_sync_latest_rows as latest
    inner join dynamo_sync_definitions as syncs
        on latest.sync_name = syncs.sync_name
    where syncs.capture <> 'stream'
),

vanished_keys as (
    select
        known.sync_name,
        known.item_key
    from known_keys as known
    inner join dynamo_sync_definitions as syncs
        on known.sync_name = syncs.sync_name
    left join source_rows as present
        on known.sync_name = present.sync_name and known.item_key = present.item_key
    where syncs.capture <> 'stream' and present.item_key is null
),

changes as (
    select
        sync_name,
        item_key,
        has_key,
        change_kind,
        item,
        row_hash,
        source_rows,
        true as is_read
    from source_rows
    union all
    select
        sync_name,
        item_key,
        has_key,
        change_kind,
        item,
        row_hash,
        source_rows,
        true as is_read
    from dynamo_sync_outbox
    union all
    select
        sync_name,
        item_key,
        true as has_key,
        'delete' as change_kind,
        cast(null as varchar) as item,
        cast(null as varchar) as row_hash,
        1 as source_rows,
        false as is_read
    from vanished_keys
)

select
    changes.sync_name,
    changes.item_key,
    changes.has_key,
    case
        when changes.change_kind = 'delete' and not syncs.mirror then 'kept'
        when syncs.capture = 'full' then changes.change_kind
        when held.item_key is not null and not syncs.is_redrive then 'held'
        when changes.change_kind = 'put' and changes.row_hash = known.row_hash then 'unchanged'
        else changes.change_kind
    end as change_kind,
    changes.item,
    changes.row_hash,
    changes.source_rows,
    changes.is_read,
    known.item_key is not null as is_known,
    known.row_hash as known_hash
from changes
inner join dynamo_sync_definitions as syncs
    on changes.sync_name = syncs.sync_name
left join known_keys as known
    on changes.sync_name = known.sync_name and changes.item_key = known.item_key
left join held_rows as held
    on
        changes.sync_name = held.sync_name
        and changes.item_key = held.item_key
        and changes.change_kind = held.change_kind
        and coalesce(changes.row_hash, '') = held.row_hash

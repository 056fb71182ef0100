-- What a run does with each row that it has read and with each key that vanished: put, delete, unchanged, held (rejected before)
-- or kept (a delete without mirror).
-- Reads: dynamo_sync_open_runs, dynamo_sync_known_keys, dynamo_sync_failed, dynamo_sync_latest_rows, dynamo_sync_outbox.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_classified_rows copy grants as
with

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
        runs.sync_name,
        runs.run,
        latest.item_key,
        latest.has_key,
        latest.item,
        latest.row_hash,
        latest.source_rows
    from dynamo_sync_latest_rows as latest
    inner join dynamo_sync_open_runs as runs
        on latest.run = runs.run
    where runs.capture <> 'stream'
),

vanished_keys as (
    select
        runs.sync_name,
        runs.run,
        known.item_key
    from dynamo_sync_known_keys as known
    inner join dynamo_sync_open_runs as runs
        on known.sync_name = runs.sync_name
    left join source_rows as present
        on runs.run = present.run and known.item_key = present.item_key
    where runs.capture <> 'stream' and present.item_key is null
),

-- A run that reads the whole source of a stream knows better than the outbox, but for deletes of keys that it never sent.
waiting_changes as (
    select
        outbox.sync_name,
        runs.run,
        outbox.item_key,
        outbox.has_key,
        outbox.change_kind,
        outbox.item,
        outbox.row_hash,
        outbox.source_rows
    from dynamo_sync_outbox as outbox
    inner join dynamo_sync_open_runs as runs
        on outbox.sync_name = runs.sync_name
    left join source_rows as present
        on runs.run = present.run and outbox.item_key = present.item_key
    left join vanished_keys as vanished
        on runs.run = vanished.run and outbox.item_key = vanished.item_key
    where
        runs.capture = 'stream'
        or (outbox.change_kind = 'delete' and present.item_key is null and vanished.item_key is null)
),

changes as (
    select
        sync_name,
        run,
        item_key,
        has_key,
        'put' as change_kind,
        item,
        row_hash,
        source_rows,
        true as is_read
    from source_rows
    union all
    select
        sync_name,
        run,
        item_key,
        has_key,
        change_kind,
        item,
        row_hash,
        source_rows,
        true as is_read
    from waiting_changes
    union all
    select
        sync_name,
        run,
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
    changes.run,
    changes.item_key,
    changes.has_key,
    case
        when changes.change_kind = 'delete' and not runs.mirror then 'kept'
        when runs.capture = 'full' then changes.change_kind
        when held.item_key is not null and not runs.is_redrive then 'held'
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
inner join dynamo_sync_open_runs as runs
    on changes.run = runs.run
left join dynamo_sync_known_keys as known
    on changes.sync_name = known.sync_name and changes.item_key = known.item_key
left join held_rows as held
    on
        changes.sync_name = held.sync_name
        and changes.item_key = held.item_key
        and changes.change_kind = held.change_kind
        and coalesce(changes.row_hash, '') = held.row_hash;

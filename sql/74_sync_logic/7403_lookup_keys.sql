-- Keys of which a stream does not tell what the source holds now, so a run reads them there: those with a row that the
-- stream has not shown. An update shows the only row of a key before and after; an insert shows all rows of a new key.
-- Reads: dynamo_sync_open_runs, dynamo_sync_inbox, dynamo_sync_outbox, dynamo_sync_snapshot, dynamo_sync_doubts, dynamo_sync_repeats.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_lookup_keys copy grants as
with

changed as (
    select
        sync_name,
        item_key,
        has_key,
        count(distinct run) as windows,
        sum(case when stream_action = 'DELETE' then 1 else 0 end) as deleted_rows
    from dynamo_sync_inbox
    group by sync_name, item_key, has_key
),

maybe_present as (
    select
        sync_name,
        item_key
    from dynamo_sync_snapshot
    where coalesce(row_hash, '') <> 'gone'
    union
    select
        sync_name,
        item_key
    from dynamo_sync_outbox
),

repeated as (
    select distinct
        sync_name,
        item_key
    from dynamo_sync_repeats
),

needed as (
    select
        changed.sync_name,
        changed.item_key,
        changed.has_key
    from changed
    left join maybe_present
        on changed.sync_name = maybe_present.sync_name and changed.item_key = maybe_present.item_key
    left join repeated
        on changed.sync_name = repeated.sync_name and changed.item_key = repeated.item_key
    where
        changed.windows > 1
        or changed.deleted_rows > 1
        or repeated.item_key is not null
        or (changed.deleted_rows > 0 and not changed.has_key)
        or (changed.deleted_rows = 0 and changed.has_key and maybe_present.item_key is not null)
    union
    select
        sync_name,
        item_key,
        true as has_key
    from dynamo_sync_doubts
    where is_due
)

select
    needed.sync_name,
    runs.run,
    needed.item_key,
    needed.has_key
from needed
inner join dynamo_sync_open_runs as runs
    on needed.sync_name = runs.sync_name
where runs.capture = 'stream';

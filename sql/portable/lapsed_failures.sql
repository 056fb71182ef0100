-- Failed rows that say nothing any more: answered again, changed in the source, or gone from it.
-- Portable: Snowflake and DuckDB.   Reads: failed rows, answers, definitions, latest rows, outbox and snapshot.

with

answered as (
    select distinct
        sync_name,
        item_key,
        case when has_key then '' else coalesce(row_hash, '') end as row_hash
    from dynamo_sync_answers
),

due as (
    select
        latest.sync_name,
        latest.item_key,
        'put' as change_kind,
        latest.row_hash
    from dynamo_sync_latest_rows as latest
    inner join dynamo_sync_definitions as syncs
        on latest.sync_name = syncs.sync_name
    where syncs.capture <> 'stream'
    union all
    select
        sync_name,
        item_key,
        change_kind,
        coalesce(row_hash, '') as row_hash
    from dynamo_sync_outbox
    union all
    select
        known.sync_name,
        known.item_key,
        'delete' as change_kind,
        '' as row_hash
    from dynamo_sync_snapshot as known
    inner join dynamo_sync_definitions as syncs
        on known.sync_name = syncs.sync_name
    where syncs.capture <> 'stream' and known.is_stored
)

select
    failed.sync_name,
    failed.item_key,
    failed.change_kind,
    failed.row_hash
from dynamo_sync_failed as failed
left join answered
    on
        failed.sync_name = answered.sync_name
        and failed.item_key = answered.item_key
        and case when failed.has_key then '' else coalesce(failed.row_hash, '') end = answered.row_hash
left join due
    on
        failed.sync_name = due.sync_name
        and failed.item_key = due.item_key
        and failed.change_kind = due.change_kind
        and coalesce(failed.row_hash, '') = due.row_hash
where answered.item_key is not null or due.item_key is null

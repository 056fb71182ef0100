-- Stream rows to one change a key. An update is a DELETE and an INSERT: sent both, in parallel batches, the DELETE
-- could come last and the item would be gone. So an INSERT of a key wins over any DELETE of it. A changed key is a
-- DELETE of the old one and an INSERT of the new one: two keys, two changes.
-- Portable: Snowflake and DuckDB.   Reads: dynamo_sync_stream_rows.

with

hashed as (
    select
        sync_name,
        item_key,
        has_key,
        item,
        md5(item) as row_hash,
        case when stream_action = 'INSERT' then 'put' else 'delete' end as change_kind
    from dynamo_sync_stream_rows
),

ranked as (
    select
        *,
        row_number() over (
            partition by sync_name, item_key, case when has_key then '' else row_hash end
            order by change_kind desc, item desc
        ) as place,
        sum(case when change_kind = 'put' then 1 else 0 end) over (
            partition by sync_name, item_key, case when has_key then '' else row_hash end
        ) as put_rows
    from hashed
)

select
    sync_name,
    item_key,
    has_key,
    change_kind,
    case when change_kind = 'put' then item end as item,
    case when change_kind = 'put' then row_hash end as row_hash,
    case when change_kind = 'put' then put_rows else 1 end as source_rows
from ranked
where place = 1 and (has_key or change_kind = 'put')

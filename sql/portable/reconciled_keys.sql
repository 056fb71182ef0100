-- Where source and table differ: missing (in the source only), different, extra (once sent, gone from the source,
-- still stored).
-- Portable: Snowflake and DuckDB.   Reads: dynamo_sync_checks.

with

judged as (
    select
        sync_name,
        item_key,
        case
            when is_in_source and is_same then 'same'
            when is_in_source and is_stored then 'different'
            when is_in_source then 'missing'
            when is_stored then 'extra'
            else 'same'
        end as finding
    from dynamo_sync_checks
)

select
    sync_name,
    item_key,
    finding
from judged
where finding <> 'same'

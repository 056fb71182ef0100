-- One row a key of what a sync read, the same on every run: of rows with one key the greatest as text wins.
-- A row without a key shares its place with nobody: the row API rejects it, and its neighbours stay what they are.
-- Portable: Snowflake and DuckDB.   Reads: dynamo_sync_source.

with

hashed as (
    select
        sync_name,
        item_key,
        has_key,
        item,
        md5(item) as row_hash
    from dynamo_sync_source
),

ranked as (
    select
        *,
        row_number() over (
            partition by sync_name, item_key, case when has_key then '' else row_hash end
            order by item desc
        ) as place,
        count(*) over (
            partition by sync_name, item_key, case when has_key then '' else row_hash end
        ) as source_rows
    from hashed
)

select
    sync_name,
    item_key,
    has_key,
    item,
    row_hash,
    source_rows
from ranked
where place = 1

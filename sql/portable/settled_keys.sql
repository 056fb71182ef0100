-- The keys that a run settled, as the snapshot remembers them: what was put is stored, what was deleted is not.
-- Superseded, stale and unchanged rows are settled too: the table holds what it should, or newer. A rejected row
-- changed nothing: its key is known as before, unless it was to be deleted and cannot be a key at all: nothing can be
-- stored under it. An unprocessed row stays in doubt.
-- Portable: Snowflake and DuckDB.   Reads: dynamo_sync_answers.

with

settled as (
    select
        sync_name,
        item_key,
        case when status in ('rejected', 'condition_failed') then known_hash else row_hash end as row_hash,
        case
            when change_kind = 'delete' and code in ('missing_key', 'invalid_key', 'key_type') then false
            when status in ('rejected', 'condition_failed') then known_hash is not null
            else change_kind = 'put'
        end as is_stored
    from dynamo_sync_answers
    where
        status <> 'unprocessed'
        and (has_key or status not in ('rejected', 'condition_failed'))
),

ranked as (
    select
        *,
        row_number() over (
            partition by sync_name, item_key order by is_stored desc, row_hash desc
        ) as place
    from settled
)

select
    sync_name,
    item_key,
    row_hash,
    is_stored
from ranked
where place = 1

-- What a run sends: rows to put, keys to delete. What a former run left unprocessed is in here again by itself, for
-- nothing but an answer settles a row; until then the snapshot holds it in doubt, with an empty hash.
-- Portable: Snowflake and DuckDB.   Reads: dynamo_sync_classified_rows.

with

pending as (
    select
        sync_name,
        item_key,
        has_key,
        change_kind,
        item,
        row_hash,
        source_rows,
        known_hash
    from dynamo_sync_classified_rows
    where change_kind in ('put', 'delete')
)

select * from pending

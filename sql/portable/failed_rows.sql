-- Rows that a run did not settle, with the reason: rejected ones wait for a change, unprocessed ones for the next run.
-- A delete of what cannot be a key is no failure: nothing can be stored under it.
-- Portable: Snowflake and DuckDB.   Reads: dynamo_sync_answers.

with

failed as (
    select
        sync_name,
        run,
        item_key,
        has_key,
        change_kind,
        row_hash,
        status,
        code,
        message
    from dynamo_sync_answers
    where
        status in ('rejected', 'condition_failed', 'unprocessed')
        and not (change_kind = 'delete' and coalesce(code, '') in ('missing_key', 'invalid_key', 'key_type'))
)

select * from failed

-- One row a sync: what a run would do, and whether it may. A run that would delete more than its share of the
-- known keys is refused: an emptied source must not empty the table.
-- Portable: Snowflake and DuckDB.   Reads: dynamo_sync_definitions, dynamo_sync_classified_rows, dynamo_sync_snapshot.

with

known_keys as (
    select
        sync_name,
        count(*) as known_keys
    from dynamo_sync_snapshot
    where is_stored
    group by sync_name
),

planned as (
    select
        sync_name,
        sum(case when is_read then source_rows else 0 end) as read_rows,
        sum(case when is_read and change_kind in ('unchanged', 'held') then source_rows else 0 end) as unchanged_rows,
        sum(case when change_kind = 'held' then source_rows else 0 end) as held_rows,
        sum(case when change_kind = 'put' then source_rows else 0 end) as put_rows,
        sum(case when change_kind = 'put' and not is_known then 1 else 0 end) as new_keys,
        sum(case when change_kind = 'put' and is_known then 1 else 0 end) as changed_keys,
        sum(case when change_kind = 'delete' then 1 else 0 end) as delete_rows,
        sum(case when change_kind in ('put', 'delete') then 1 else 0 end) as changed_rows,
        sum(case when change_kind = 'delete' and is_known then 1 else 0 end) as known_deletes
    from dynamo_sync_classified_rows
    group by sync_name
)

select
    syncs.sync_name,
    coalesce(planned.read_rows, 0) as read_rows,
    coalesce(planned.unchanged_rows, 0) as unchanged_rows,
    coalesce(planned.held_rows, 0) as held_rows,
    coalesce(planned.put_rows, 0) as put_rows,
    coalesce(planned.new_keys, 0) as new_keys,
    coalesce(planned.changed_keys, 0) as changed_keys,
    coalesce(planned.delete_rows, 0) as delete_rows,
    coalesce(planned.changed_rows, 0) as changed_rows,
    coalesce(planned.known_deletes, 0) as known_deletes,
    coalesce(known.known_keys, 0) as known_keys,
    coalesce(planned.known_deletes, 0) > syncs.delete_share * coalesce(known.known_keys, 0) as is_refused
from dynamo_sync_definitions as syncs
left join planned
    on syncs.sync_name = planned.sync_name
left join known_keys as known
    on syncs.sync_name = known.sync_name

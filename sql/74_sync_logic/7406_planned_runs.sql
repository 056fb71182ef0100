-- What a run will do in counts, by which route, and whether it would delete more than its share.
-- Rows too wide for a batch go in bulk: a batch of <% push_batch_rows %> of the widest must stay under 4.5 MB, since Lambda refuses 6 MB.
-- about_units: write units by the length of the items' JSON, a little more than DynamoDB counts, as a rule; without indexes.
-- Reads: dynamo_sync_open_runs, dynamo_sync_definitions, dynamo_sync_known_keys, dynamo_sync_classified_rows.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_planned_runs copy grants as
with

known_keys as (
    select
        sync_name,
        count(*) as known_keys
    from dynamo_sync_known_keys
    group by sync_name
),

ranked as (
    select
        *,
        octet_length(item) as item_bytes,
        row_number() over (partition by run order by octet_length(item) desc nulls last) as place_by_width
    from dynamo_sync_classified_rows
    where change_kind = 'put'
),

widest as (
    select
        run,
        sum(item_bytes) as widest_batch
    from ranked
    where place_by_width <= <% push_batch_rows %>
    group by run
),

planned as (
    select
        run,
        sum(case when is_read then source_rows else 0 end) as read_rows,
        sum(case when is_read and change_kind in ('unchanged', 'held') then source_rows else 0 end) as unchanged_rows,
        sum(case when change_kind = 'held' then source_rows else 0 end) as held_rows,
        sum(case when change_kind = 'put' then source_rows else 0 end) as put_rows,
        sum(case when change_kind = 'put' and not is_known then 1 else 0 end) as new_keys,
        sum(case when change_kind = 'put' and is_known then 1 else 0 end) as changed_keys,
        sum(case when change_kind = 'delete' then 1 else 0 end) as delete_rows,
        sum(case when change_kind in ('put', 'delete') then 1 else 0 end) as changed_rows,
        sum(case when change_kind = 'delete' and is_known then 1 else 0 end) as known_deletes,
        sum(case change_kind when 'put' then ceil(octet_length(item) / 1024) when 'delete' then 1 else 0 end) as about_units
    from dynamo_sync_classified_rows
    group by run
)

select
    runs.sync_name,
    runs.run,
    coalesce(planned.read_rows, 0) as read_rows,
    coalesce(planned.unchanged_rows, 0) as unchanged_rows,
    coalesce(planned.held_rows, 0) as held_rows,
    coalesce(planned.put_rows, 0) as put_rows,
    coalesce(planned.new_keys, 0) as new_keys,
    coalesce(planned.changed_keys, 0) as changed_keys,
    coalesce(planned.delete_rows, 0) as delete_rows,
    coalesce(planned.known_deletes, 0) as known_deletes,
    coalesce(known.known_keys, 0) as known_keys,
    coalesce(planned.about_units, 0) as about_units,
    case
        when coalesce(planned.known_deletes, 0) > runs.delete_share * coalesce(known.known_keys, 0)
            then
                'the run would delete ' || planned.known_deletes::varchar || ' of ' || known.known_keys::varchar
                || ' known keys, more than max_delete_share ' || runs.delete_share::float::varchar
                || ' allows: nothing was sent. If they are to go: CALL run_dynamo_sync(''' || runs.sync_name
                || ''', OBJECT_CONSTRUCT(''max_delete_share'', 1))'
    end as refusal,
    case
        when coalesce(planned.changed_rows, 0) > syncs.bulk_above or coalesce(widest.widest_batch, 0) > 4500000 then 'bulk'
        else 'push'
    end as route
from dynamo_sync_open_runs as runs
inner join dynamo_sync_definitions as syncs
    on runs.sync_name = syncs.sync_name
left join planned
    on runs.run = planned.run
left join widest
    on runs.run = widest.run
left join known_keys as known
    on runs.sync_name = known.sync_name;

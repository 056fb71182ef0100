-- The logic of syncs: each SELECT of sql/portable, to the letter, as a view. A view finds the tables of its own schema.
-- Run by: the owner role.   Leaves: a view for each.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_latest_rows as
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
where place = 1;

create or replace view <% database %>.<% schema %>.dynamo_sync_collapsed_changes as
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
where place = 1 and (has_key or change_kind = 'put');

create or replace view <% database %>.<% schema %>.dynamo_sync_classified_rows as
with

known_keys as (
    select
        sync_name,
        item_key,
        row_hash
    from dynamo_sync_snapshot
    where is_stored
),

held_rows as (
    select distinct
        sync_name,
        item_key,
        change_kind,
        coalesce(row_hash, '') as row_hash
    from dynamo_sync_failed
    where status <> 'unprocessed'
),

source_rows as (
    select
        latest.sync_name,
        latest.item_key,
        latest.has_key,
        'put' as change_kind,
        latest.item,
        latest.row_hash,
        latest.source_rows
    from dynamo_sync_latest_rows as latest
    inner join dynamo_sync_definitions as syncs
        on latest.sync_name = syncs.sync_name
    where syncs.capture <> 'stream'
),

vanished_keys as (
    select
        known.sync_name,
        known.item_key
    from known_keys as known
    inner join dynamo_sync_definitions as syncs
        on known.sync_name = syncs.sync_name
    left join source_rows as present
        on known.sync_name = present.sync_name and known.item_key = present.item_key
    where syncs.capture <> 'stream' and present.item_key is null
),

changes as (
    select
        sync_name,
        item_key,
        has_key,
        change_kind,
        item,
        row_hash,
        source_rows,
        true as is_read
    from source_rows
    union all
    select
        sync_name,
        item_key,
        has_key,
        change_kind,
        item,
        row_hash,
        source_rows,
        true as is_read
    from dynamo_sync_outbox
    union all
    select
        sync_name,
        item_key,
        true as has_key,
        'delete' as change_kind,
        cast(null as varchar) as item,
        cast(null as varchar) as row_hash,
        1 as source_rows,
        false as is_read
    from vanished_keys
)

select
    changes.sync_name,
    changes.item_key,
    changes.has_key,
    case
        when changes.change_kind = 'delete' and not syncs.mirror then 'kept'
        when syncs.capture = 'full' then changes.change_kind
        when held.item_key is not null and not syncs.is_redrive then 'held'
        when changes.change_kind = 'put' and changes.row_hash = known.row_hash then 'unchanged'
        else changes.change_kind
    end as change_kind,
    changes.item,
    changes.row_hash,
    changes.source_rows,
    changes.is_read,
    known.item_key is not null as is_known,
    known.row_hash as known_hash
from changes
inner join dynamo_sync_definitions as syncs
    on changes.sync_name = syncs.sync_name
left join known_keys as known
    on changes.sync_name = known.sync_name and changes.item_key = known.item_key
left join held_rows as held
    on
        changes.sync_name = held.sync_name
        and changes.item_key = held.item_key
        and changes.change_kind = held.change_kind
        and coalesce(changes.row_hash, '') = held.row_hash;

create or replace view <% database %>.<% schema %>.dynamo_sync_pending_changes as
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

select * from pending;

create or replace view <% database %>.<% schema %>.dynamo_sync_planned_runs as
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
    on syncs.sync_name = known.sync_name;

create or replace view <% database %>.<% schema %>.dynamo_sync_counted_results as
with

answered as (
    select
        sync_name,
        run,
        source_rows,
        case when in_bulk then 'loaded' else status end as counted_as
    from dynamo_sync_answers
),

counted as (
    select
        sync_name,
        run,
        case when counted_as = 'written' then 1 else 0 end as written,
        case when counted_as = 'deleted' then 1 else 0 end as deleted,
        source_rows - 1 + case when counted_as = 'superseded' then 1 else 0 end as superseded,
        case when counted_as = 'stale' then 1 else 0 end as stale,
        case when counted_as = 'unchanged' then 1 else 0 end as unchanged,
        case when counted_as in ('rejected', 'condition_failed') then 1 else 0 end as rejected,
        case when counted_as = 'unprocessed' then 1 else 0 end as unprocessed
    from answered
    union all
    select
        sync_name,
        run,
        written,
        deleted,
        superseded,
        stale,
        unchanged,
        rejected,
        unprocessed
    from dynamo_sync_load_counts
)

select
    sync_name,
    run,
    sum(written) as written,
    sum(deleted) as deleted,
    sum(superseded) as superseded,
    sum(stale) as stale,
    sum(unchanged) as unchanged,
    sum(rejected) as rejected,
    sum(unprocessed) as unprocessed
from counted
group by sync_name, run;

create or replace view <% database %>.<% schema %>.dynamo_sync_settled_keys as
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
where place = 1;

create or replace view <% database %>.<% schema %>.dynamo_sync_failed_rows as
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

select * from failed;

create or replace view <% database %>.<% schema %>.dynamo_sync_lapsed_failures as
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
where answered.item_key is not null or due.item_key is null;

create or replace view <% database %>.<% schema %>.dynamo_sync_keys_to_check as
with

present as (
    select
        sync_name,
        item_key,
        has_key,
        item
    from dynamo_sync_latest_rows
),

gone as (
    select
        known.sync_name,
        known.item_key
    from dynamo_sync_snapshot as known
    left join present
        on known.sync_name = present.sync_name and known.item_key = present.item_key
    where present.item_key is null
)

select
    sync_name,
    item_key,
    has_key,
    item,
    true as is_in_source
from present
union all
select
    sync_name,
    item_key,
    true as has_key,
    cast(null as varchar) as item,
    false as is_in_source
from gone;

create or replace view <% database %>.<% schema %>.dynamo_sync_reconciled_keys as
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
where finding <> 'same';

create or replace view <% database %>.<% schema %>.dynamo_sync_audited_rows as
with

sync_rows as (
    select
        'sync' as activity,
        sync_name,
        run,
        target_table,
        called_by,
        query_id,
        state,
        route,
        read_rows,
        case
            when state = 'failed' and written + deleted + superseded + stale + rejected + unprocessed = 0 then 0
            else put_rows + delete_rows
        end as sent_rows,
        written,
        deleted,
        superseded,
        stale,
        unchanged,
        rejected,
        unprocessed,
        write_units,
        seconds,
        ended_at,
        message
    from dynamo_sync_log
),

load_rows as (
    select
        'load' as activity,
        cast(null as varchar) as sync_name,
        run,
        target_table,
        cast(null as varchar) as called_by,
        query_id,
        state,
        'bulk' as route,
        read_rows,
        read_rows as sent_rows,
        written,
        deleted,
        superseded,
        stale,
        unchanged,
        rejected,
        unprocessed,
        write_units,
        seconds,
        ended_at,
        message
    from dynamo_load_log
),

push_rows as (
    select
        'push' as activity,
        cast(null as varchar) as sync_name,
        run,
        cast(null as varchar) as target_table,
        called_by,
        cast(null as varchar) as query_id,
        'complete' as state,
        'push' as route,
        read_rows,
        read_rows as sent_rows,
        written,
        deleted,
        superseded,
        stale,
        unchanged,
        rejected,
        unprocessed,
        cast(null as double) as write_units,
        cast(null as double) as seconds,
        ended_at,
        cast(null as varchar) as message
    from dynamo_push_counts
)

select * from sync_rows
union all
select * from load_rows
union all
select * from push_rows;

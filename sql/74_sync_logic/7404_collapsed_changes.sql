-- One change a key of what a run has read from a stream: put wins over delete, of several puts the greatest as text;
-- a key that was looked up is what the source holds. Rows without a key can only be put (and rejected).
-- Reads: dynamo_sync_open_runs, dynamo_sync_inbox, dynamo_sync_lookups, dynamo_sync_latest_rows.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_collapsed_changes copy grants as
with

hashed as (
    select
        inbox.sync_name,
        runs.run,
        inbox.item_key,
        inbox.has_key,
        inbox.item,
        md5(inbox.item) as row_hash,
        case when inbox.stream_action = 'INSERT' then 'put' else 'delete' end as change_kind
    from dynamo_sync_inbox as inbox
    inner join dynamo_sync_open_runs as runs
        on inbox.sync_name = runs.sync_name
    left join dynamo_sync_lookups as looked_up
        on runs.run = looked_up.run and inbox.item_key = looked_up.item_key
    where runs.capture = 'stream' and looked_up.item_key is null
),

ranked as (
    select
        *,
        row_number() over (
            partition by run, item_key, case when has_key then '' else row_hash end
            order by change_kind desc, item desc
        ) as place,
        sum(case when change_kind = 'put' then 1 else 0 end) over (
            partition by run, item_key, case when has_key then '' else row_hash end
        ) as put_rows
    from hashed
)

select
    sync_name,
    run,
    item_key,
    has_key,
    change_kind,
    case when change_kind = 'put' then item end as item,
    case when change_kind = 'put' then row_hash end as row_hash,
    case when change_kind = 'put' then put_rows else 1 end as source_rows
from ranked
where place = 1 and (has_key or change_kind = 'put')
union all
select
    looked_up.sync_name,
    looked_up.run,
    looked_up.item_key,
    looked_up.has_key,
    case when latest.item_key is null then 'delete' else 'put' end as change_kind,
    latest.item,
    latest.row_hash,
    coalesce(latest.source_rows, 1) as source_rows
from dynamo_sync_lookups as looked_up
left join dynamo_sync_latest_rows as latest
    on looked_up.run = latest.run and looked_up.item_key = latest.item_key
where looked_up.has_key or latest.item_key is not null;

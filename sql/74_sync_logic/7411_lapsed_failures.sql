-- Failures that a run makes out of date: answered anew, or of a row that is no longer there.
-- Reads: dynamo_sync_open_runs, dynamo_sync_failed, dynamo_sync_answers, dynamo_sync_latest_rows, dynamo_sync_known_keys,
-- dynamo_sync_outbox.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_lapsed_failures copy grants as
with

answered as (
    select distinct
        run,
        item_key,
        case when has_key then '' else coalesce(row_hash, '') end as row_hash
    from dynamo_sync_answers
),

due as (
    select
        runs.run,
        latest.item_key,
        'put' as change_kind,
        latest.row_hash
    from dynamo_sync_latest_rows as latest
    inner join dynamo_sync_open_runs as runs
        on latest.run = runs.run
    where runs.capture <> 'stream'
    union
    select
        runs.run,
        outbox.item_key,
        outbox.change_kind,
        coalesce(outbox.row_hash, '') as row_hash
    from dynamo_sync_outbox as outbox
    inner join dynamo_sync_open_runs as runs
        on outbox.sync_name = runs.sync_name
    where runs.capture = 'stream'
    union
    select
        runs.run,
        known.item_key,
        'delete' as change_kind,
        '' as row_hash
    from dynamo_sync_known_keys as known
    inner join dynamo_sync_open_runs as runs
        on known.sync_name = runs.sync_name
    where runs.capture <> 'stream'
)

select
    failed.sync_name,
    runs.run,
    failed.item_key,
    failed.change_kind,
    failed.row_hash
from dynamo_sync_failed as failed
inner join dynamo_sync_open_runs as runs
    on failed.sync_name = runs.sync_name
left join answered
    on
        runs.run = answered.run
        and failed.item_key = answered.item_key
        and case when failed.has_key then '' else coalesce(failed.row_hash, '') end = answered.row_hash
left join due
    on
        runs.run = due.run
        and failed.item_key = due.item_key
        and failed.change_kind = due.change_kind
        and coalesce(failed.row_hash, '') = due.row_hash
where answered.item_key is not null or due.item_key is null;

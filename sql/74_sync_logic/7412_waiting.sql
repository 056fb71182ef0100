-- What waits to be sent, by sync, and whether the sweep sends it, and from when on: not of a paused sync, and not where a run was refused for
-- max_delete_share, which only a person can allow. A run that is at work, or was cut off, counts as well, and what one was answered that had been
-- passed over. sweep_at: a sync that does not become complete is tried again after a quarter of the time since when that has been so, at
-- most six hours, so that a source or table that is gone for good does not cost a run every five minutes; what was cut off, and a load
-- that is under way, is looked at at once.
-- Reads: dynamo_sync_definitions, dynamo_sync_open_runs, dynamo_sync_results, dynamo_sync_inbox, dynamo_sync_outbox,
-- dynamo_sync_doubts, dynamo_sync_failed.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_waiting copy grants as
with

held_rows as (
    select distinct
        sync_name,
        item_key,
        change_kind,
        coalesce(row_hash, '') as row_hash
    from dynamo_sync_failed
    where status <> 'unprocessed'
),

rows_that_wait as (
    select
        outbox.sync_name,
        outbox.source_rows as waiting_rows
    from dynamo_sync_outbox as outbox
    left join held_rows as held
        on
            outbox.sync_name = held.sync_name
            and outbox.item_key = held.item_key
            and outbox.change_kind = held.change_kind
            and coalesce(outbox.row_hash, '') = held.row_hash
    where held.item_key is null
    union all
    select
        sync_name,
        1 as waiting_rows
    from dynamo_sync_inbox
    union all
    select
        sync_name,
        1 as waiting_rows
    from dynamo_sync_doubts
    where is_due
),

waiting as (
    select
        sync_name,
        sum(waiting_rows) as waiting_rows
    from rows_that_wait
    group by sync_name
),

begun as (
    select sync_name
    from dynamo_sync_open_runs
    where kind <> 'preview'
    union
    select sync_name
    from dynamo_sync_results
)

select
    syncs.sync_name,
    coalesce(waiting.waiting_rows, 0) as waiting_rows,
    not syncs.is_paused
    and coalesce(syncs.last_failure_code, '') <> 'too_many_deletes'
    and (
        waiting.sync_name is not null
        or begun.sync_name is not null
        or (syncs.next_capture is not null and syncs.schedule is not null)
    ) as is_swept,
    iff(
        begun.sync_name is null and syncs.failing_since is not null,
        dateadd('second', least(21600, datediff('second', syncs.failing_since, syncs.last_ended_at) / 4)::number(38, 0), syncs.last_ended_at),
        null
    ) as sweep_at
from dynamo_sync_definitions as syncs
left join waiting
    on syncs.sync_name = waiting.sync_name
left join begun
    on syncs.sync_name = begun.sync_name;

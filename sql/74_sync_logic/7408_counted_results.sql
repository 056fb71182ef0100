-- How the rows that a run sent ended, in counts. What a load counted is known by rows of the load, not row by row.
-- Reads: dynamo_sync_answers, dynamo_sync_load_counts.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_counted_results copy grants as
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

-- Every load, newest start first, running ones too: as its end was announced, or as far as its chunks have come (by the lines of audit/ that
-- have arrived; dynamo_load_status knows more of a run at work). A cancelled run has failed; a redrive makes it run again.
-- Reads: dynamo_load_lines, dynamo_load_progress.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_loads copy grants as
with

starts as (
    select
        run,
        generation,
        target_table,
        called_by,
        query_id,
        started_at,
        event
    from dynamo_load_lines
    where line = 'run_started'
    qualify row_number() over (partition by run order by generation desc) = 1
),

ends as (
    select
        run,
        generation,
        target_table,
        called_by,
        query_id,
        started_at,
        ended_at,
        event
    from dynamo_load_lines
    where line = 'run_ended'
    qualify row_number() over (partition by run order by generation desc) = 1
),

runs as (
    select run from starts
    union
    select run from ends
),

joined as (
    select
        runs.run,
        coalesce(starts.target_table, ends.target_table) as target_table,
        coalesce(starts.called_by, ends.called_by) as called_by,
        coalesce(starts.query_id, ends.query_id) as query_id,
        greatest(coalesce(starts.generation, 0), coalesce(ends.generation, 0)) as generation,
        coalesce(ends.generation >= coalesce(starts.generation, 0), false) as is_ended,
        coalesce(
            starts.started_at,
            ends.started_at,
            dateadd('second', -ends.event['seconds']::number(38, 0), ends.ended_at)
        ) as started_at,
        ends.ended_at,
        starts.event as started,
        ends.event as ended,
        coalesce(ends.event['estimate'], starts.event['estimate']) as estimate,
        progress.chunks_settled,
        progress.chunks_failed,
        progress.read_rows,
        progress.written,
        progress.deleted,
        progress.superseded,
        progress.stale,
        progress.unchanged,
        progress.condition_failed,
        progress.valid,
        progress.rejected,
        progress.unprocessed,
        progress.bytes_done,
        progress.write_units,
        progress.dollars,
        progress.throttles
    from runs
    left join starts
        on runs.run = starts.run
    left join ends
        on runs.run = ends.run
    left join dynamo_load_progress as progress
        on runs.run = progress.run
)

select
    run,
    target_table,
    iff(is_ended, ended['state']::varchar, 'running') as state,
    generation,
    coalesce(ended['chunks']['total']::number(38, 0), started['chunks']::number(38, 0)) as chunks_total,
    coalesce(iff(is_ended, ended['chunks']['settled']::number(38, 0), chunks_settled), 0) as chunks_settled,
    coalesce(iff(is_ended, ended['chunks']['failed']::number(38, 0), chunks_failed), 0) as chunks_failed,
    coalesce(started['expected'], ended['rows']['expected'])::number(38, 0) as expected,
    coalesce(iff(is_ended, ended['rows']['read']::number(38, 0), read_rows), 0) as "READ",
    coalesce(iff(is_ended, ended['rows']['written']::number(38, 0), written), 0) as written,
    coalesce(iff(is_ended, ended['rows']['deleted']::number(38, 0), deleted), 0) as deleted,
    coalesce(iff(is_ended, ended['rows']['superseded']::number(38, 0), superseded), 0) as superseded,
    coalesce(iff(is_ended, ended['rows']['stale']::number(38, 0), stale), 0) as stale,
    coalesce(iff(is_ended, ended['rows']['unchanged']::number(38, 0), unchanged), 0) as unchanged,
    coalesce(iff(is_ended, ended['rows']['condition_failed']::number(38, 0), condition_failed), 0) as condition_failed,
    coalesce(iff(is_ended, ended['rows']['valid']::number(38, 0), valid), 0) as valid,
    coalesce(iff(is_ended, ended['rows']['rejected']::number(38, 0), rejected), 0) as rejected,
    coalesce(iff(is_ended, ended['rows']['unprocessed']::number(38, 0), unprocessed), 0) as unprocessed,
    coalesce(ended['bytes'], started['bytes'])::number(38, 0) as bytes_total,
    coalesce(bytes_done, 0) as bytes_done,
    coalesce(iff(is_ended, ended['write_units']::float, write_units), 0) as write_units,
    iff(is_ended, ended['dollars']::float, coalesce(dollars, 0)) as dollars,
    coalesce(iff(is_ended, ended['throttles']::number(38, 0), throttles), 0) as throttles,
    iff(is_ended, ended['reasons'], null) as reasons,
    iff(is_ended, ended['errors'], null) as errors,
    parse_json(started['options']::varchar) as options,
    called_by,
    query_id,
    started_at,
    iff(is_ended, ended_at, null) as ended_at,
    iff(
        is_ended,
        ended['seconds']::float,
        datediff('millisecond', started_at, current_timestamp()) / 1000
    ) as seconds,
    estimate['write_units']::float as estimated_units,
    estimate['dollars']::float as estimated_dollars,
    estimate['seconds']::float as estimated_seconds
from joined;

grant select on view <% database %>.<% schema %>.dynamo_loads to role <% user_role %>;

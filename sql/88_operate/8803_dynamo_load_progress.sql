-- What the chunks that have ended add to their run: rows that a redrive reads again are counted where they end, and a chunk that failed
-- and goes through again counts no more.
-- Reads: dynamo_load_lines.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_load_progress copy grants as
with

newest as (
    select
        run,
        max(generation) as generation
    from dynamo_load_lines
    group by run
),

ended_chunks as (
    select
        lines.run,
        lines.line,
        lines.event,
        coalesce(lines.event['kind']::varchar, 'rows') as kind
    from dynamo_load_lines as lines
    inner join newest
        on lines.run = newest.run
    where
        lines.line = 'chunk_settled'
        or (lines.line = 'chunk_failed' and lines.generation = newest.generation)
)

select
    run,
    count_if(line = 'chunk_settled' and kind = 'rows') as chunks_settled,
    count_if(line = 'chunk_failed') as chunks_failed,
    sum(coalesce(event['run_read'], event['read'])::number(38, 0)) as read_rows,
    sum(event['written']::number(38, 0)) as written,
    sum(event['deleted']::number(38, 0)) as deleted,
    sum(event['superseded']::number(38, 0)) as superseded,
    sum(event['stale']::number(38, 0)) as stale,
    sum(event['unchanged']::number(38, 0)) as unchanged,
    sum(event['condition_failed']::number(38, 0)) as condition_failed,
    sum(event['valid']::number(38, 0)) as valid,
    sum(event['unprocessed']::number(38, 0)) as unprocessed,
    sum(coalesce(event['run_rejected'], event['rejected'])::number(38, 0)) as rejected,
    sum(iff(kind = 'rows', event['bytes']::number(38, 0), 0)) as bytes_done,
    sum(event['write_units']::float) as write_units,
    sum(event['dollars']::float) as dollars,
    sum(event['throttles']::number(38, 0)) as throttles
from ended_chunks
group by run;

-- Every chunk that has ended, with its counts, of each generation: a redrive reads the rejected rows of a chunk (kind rejected), or all of a
-- chunk that had failed. A chunk that waits or is at work has no row yet.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_load_chunks copy grants as
select
    run,
    chunk,
    generation,
    coalesce(event['kind']::varchar, 'rows') as kind,
    iff(line = 'chunk_settled', 'settled', 'failed') as state,
    target_table,
    event['expected']::number(38, 0) as expected,
    event['read']::number(38, 0) as "READ",
    event['written']::number(38, 0) as written,
    event['deleted']::number(38, 0) as deleted,
    event['superseded']::number(38, 0) as superseded,
    event['stale']::number(38, 0) as stale,
    event['unchanged']::number(38, 0) as unchanged,
    event['condition_failed']::number(38, 0) as condition_failed,
    event['valid']::number(38, 0) as valid,
    event['rejected']::number(38, 0) as rejected,
    event['unprocessed']::number(38, 0) as unprocessed,
    event['bytes']::number(38, 0) as bytes,
    event['write_units']::float as write_units,
    event['dollars']::float as dollars,
    event['throttles']::number(38, 0) as throttles,
    event['claims']::number(38, 0) as claims,
    event['reasons'] as reasons,
    event['first_rows'] as first_rows,
    event['errors'] as errors,
    started_at,
    ended_at,
    event['seconds']::float as seconds
from dynamo_load_lines
where line in ('chunk_settled', 'chunk_failed');

grant select on view <% database %>.<% schema %>.dynamo_load_chunks to role <% user_role %>;

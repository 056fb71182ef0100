-- The lines of audit/ that tell of loads, each once: a line that was written again counts by its last copy.
-- Reads: load_events.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_load_lines copy grants as
select
    event['run']::varchar as run,
    event['event']::varchar as line,
    event['generation']::number(38, 0) as generation,
    event['chunk']::varchar as chunk,
    event['table']::varchar as target_table,
    event['user']::varchar as called_by,
    event['query_id']::varchar as query_id,
    event['started_at']::timestamp_ltz as started_at,
    event['at']::timestamp_ltz as ended_at,
    event,
    loaded_at
from load_events
where event['event']::varchar in ('run_started', 'run_ended', 'chunk_settled', 'chunk_failed')
qualify
    row_number() over (
        partition by
            event['run']::varchar,
            event['event']::varchar,
            event['generation']::number(38, 0),
            coalesce(event['chunk']::varchar, '')
        order by loaded_at desc, file_row desc
    ) = 1;

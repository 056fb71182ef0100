-- What became of each row that a run sent. A row without an answer may be stored or not, and is safe to send again.
-- Reads: dynamo_sync_sending, dynamo_sync_results.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_answers copy grants as
select
    sending.sync_name,
    sending.run,
    sending.item_key,
    sending.has_key,
    sending.change_kind,
    sending.row_hash,
    sending.source_rows,
    sending.known_hash,
    coalesce(results.in_bulk, false) as in_bulk,
    coalesce(results.result['status']::varchar, 'unprocessed') as status,
    results.result['code']::varchar as code,
    case
        when results.place is null then 'the statement that sent it failed'
        else results.result['message']::varchar
    end as message
from dynamo_sync_sending as sending
left join dynamo_sync_results as results
    on sending.run = results.run and sending.place = results.place;

-- Keys that the table may hold, with the hash of what was sent; no hash where it is in doubt.
-- Reads: dynamo_sync_snapshot, dynamo_sync_doubts.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_known_keys copy grants as
with

doubtful as (
    select distinct
        sync_name,
        item_key
    from dynamo_sync_doubts
)

select
    sync_name,
    item_key,
    '' as row_hash
from doubtful
union all
select
    known.sync_name,
    known.item_key,
    known.row_hash
from dynamo_sync_snapshot as known
left join doubtful
    on known.sync_name = doubtful.sync_name and known.item_key = doubtful.item_key
where known.is_stored and doubtful.item_key is null;

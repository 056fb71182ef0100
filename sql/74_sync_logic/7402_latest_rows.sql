-- One row a key of what a run has read: the greatest as text. Rows without a key are told apart by their hash.
-- Reads: dynamo_sync_source.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_latest_rows copy grants as
with

hashed as (
    select
        sync_name,
        run,
        item_key,
        has_key,
        item,
        md5(item) as row_hash
    from dynamo_sync_source
),

ranked as (
    select
        *,
        row_number() over (
            partition by run, item_key, case when has_key then '' else row_hash end
            order by item desc
        ) as place,
        count(*) over (
            partition by run, item_key, case when has_key then '' else row_hash end
        ) as source_rows
    from hashed
)

select
    sync_name,
    run,
    item_key,
    has_key,
    item,
    row_hash,
    source_rows
from ranked
where place = 1;

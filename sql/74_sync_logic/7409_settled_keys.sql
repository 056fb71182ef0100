-- What the answers of a run say about its keys: the snapshot takes it over. A key that was deleted is marked gone.
-- Reads: dynamo_sync_answers.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_settled_keys copy grants as
with

answered as (
    select
        *,
        status in ('rejected', 'condition_failed') as is_refused,
        change_kind = 'delete'
        and (
            status not in ('rejected', 'condition_failed')
            or coalesce(code, '') in ('missing_key', 'invalid_key', 'key_type')
        ) as is_gone
    from dynamo_sync_answers
    where status <> 'unprocessed'
),

settled as (
    select
        sync_name,
        run,
        item_key,
        case
            when is_gone then 'gone'
            when is_refused then known_hash
            else row_hash
        end as row_hash,
        case
            when is_gone then false
            when is_refused then known_hash is not null
            else change_kind = 'put'
        end as is_stored
    from answered
    where has_key or not is_refused
),

ranked as (
    select
        *,
        row_number() over (
            partition by run, item_key order by is_stored desc, row_hash desc
        ) as place
    from settled
)

select
    sync_name,
    run,
    item_key,
    row_hash,
    is_stored
from ranked
where place = 1;

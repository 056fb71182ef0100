-- What reconcile found. A row that push_to_dynamo calls unchanged is the same; of the others get_from_dynamo tells whether the
-- table holds them. An item has no status of ours: a key that cannot be one is not stored.
-- Reads: dynamo_sync_checks, dynamo_sync_findings.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_reconciled_keys copy grants as
with

looked_at as (
    select
        checks.sync_name,
        checks.run,
        checks.item_key,
        checks.has_key,
        checks.is_in_source,
        coalesce(compared.result['status']::varchar, '') = 'unchanged' as is_same,
        stored.result is not null
        and typeof(stored.result) = 'OBJECT'
        and not (
            coalesce(stored.result['status']::varchar, '') = 'rejected'
            and coalesce(stored.result['code']::varchar, '') in ('missing_key', 'invalid_key', 'key_type')
        ) as is_stored
    from dynamo_sync_checks as checks
    left join dynamo_sync_findings as compared
        on checks.run = compared.run and checks.place = compared.place and compared.is_compared
    left join dynamo_sync_findings as stored
        on checks.run = stored.run and checks.place = stored.place and not stored.is_compared
),

judged as (
    select
        sync_name,
        run,
        item_key,
        has_key,
        case
            when is_in_source and is_same then 'same'
            when is_in_source and is_stored then 'different'
            when is_in_source then 'missing'
            when is_stored then 'extra'
            else 'same'
        end as finding
    from looked_at
)

select
    sync_name,
    run,
    item_key,
    has_key,
    finding
from judged
where finding <> 'same';

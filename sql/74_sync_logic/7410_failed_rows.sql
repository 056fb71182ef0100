-- Rows of a run that were not settled, with the reason. A delete of a key that cannot be one is settled.
-- Reads: dynamo_sync_answers.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_failed_rows copy grants as
select
    sync_name,
    run,
    item_key,
    has_key,
    change_kind,
    row_hash,
    status,
    code,
    message
from dynamo_sync_answers
where
    status in ('rejected', 'condition_failed', 'unprocessed')
    and not (change_kind = 'delete' and coalesce(code, '') in ('missing_key', 'invalid_key', 'key_type'));

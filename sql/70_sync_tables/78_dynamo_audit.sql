-- Runs of syncs, loads and pushes in one model, by the lines of audit/ that have arrived.
-- Run by: the owner role.   Leaves: a view that callers may read.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_audit copy grants as
select *
from dynamo_sync_audited_rows;

grant select on view <% database %>.<% schema %>.dynamo_audit to role <% user_role %>;

-- The runs of one sync for one role: see 38_sync_for_role.sql.
-- Run by: the owner role.   Leaves: a view of one sync, granted to that role.

use role <% owner_role %>;

create or replace secure view <% database %>.<% schema %>.<% sync %>_runs copy grants as
select * from <% database %>.<% schema %>.dynamo_sync_runs
where sync = '<% sync %>';

grant select on view <% database %>.<% schema %>.<% sync %>_runs to role <% role %>;

grant usage on schema <% database %>.<% schema %> to role <% role %>;

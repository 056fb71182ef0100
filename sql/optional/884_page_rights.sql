-- What the page to look may: read what it shows, and be made.
-- Run by: the owner role.   Leaves: grants.

use role <% owner_role %>;

grant usage on schema <% database %>.<% schema %> to role <% page_role %>;

grant create streamlit on schema <% database %>.<% schema %> to role <% page_role %>;

grant select on view <% database %>.<% schema %>.dynamo_attention to role <% page_role %>;

grant select on view <% database %>.<% schema %>.dynamo_audit_days to role <% page_role %>;

grant select on view <% database %>.<% schema %>.dynamo_loads to role <% page_role %>;

grant select on view <% database %>.<% schema %>.dynamo_load_chunks to role <% page_role %>;

grant select on view <% database %>.<% schema %>.dynamo_syncs to role <% page_role %>;

grant select on view <% database %>.<% schema %>.dynamo_sync_runs to role <% page_role %>;

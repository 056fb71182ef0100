-- What the page to operate may beside: mend, and see rows that were set aside and items.
-- Run by: the owner role.   Leaves: grants.

use role <% owner_role %>;

grant select on view <% database %>.<% schema %>.dynamo_sync_failures to role <% page_operator_role %>;

grant usage on procedure <% database %>.<% schema %>.run_dynamo_sync(varchar, object) to role <% page_operator_role %>;

grant usage on procedure <% database %>.<% schema %>.start_dynamo_sync(varchar) to role <% page_operator_role %>;

grant usage on procedure <% database %>.<% schema %>.preview_dynamo_sync(varchar) to role <% page_operator_role %>;

grant usage on procedure <% database %>.<% schema %>.pause_dynamo_sync(varchar) to role <% page_operator_role %>;

grant usage on procedure <% database %>.<% schema %>.resume_dynamo_sync(varchar, object) to role <% page_operator_role %>;

grant usage on procedure <% database %>.<% schema %>.reconcile_dynamo(varchar, number) to role <% page_operator_role %>;

grant usage on procedure <% database %>.<% schema %>.copy_dynamo_events() to role <% page_operator_role %>;

grant usage on procedure <% database %>.<% schema %>.dynamo_load_rejects(varchar, number) to role <% page_operator_role %>;

grant usage on function <% database %>.<% schema %>.redrive_dynamo_load(varchar) to role <% page_operator_role %>;

grant usage on function <% database %>.<% schema %>.redrive_dynamo_load(varchar, object) to role <% page_operator_role %>;

grant usage on function <% database %>.<% schema %>.dynamo_tables() to role <% page_operator_role %>;

grant usage on function <% database %>.<% schema %>.get_from_dynamo(varchar, object) to role <% page_operator_role %>;

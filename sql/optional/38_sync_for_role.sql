-- One sync for one role, instead of all of them for the callers' role: run it with a sync and a role of yours, by -D "sync=…" -D "role=…". The
-- role needs usage on database and warehouse from sysadmin; the callers' role it needs not.
-- Run by: the owner role.   Leaves: a procedure for one sync, granted to that role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.run_<% sync %>()
    copy grants
    returns object
    language sql
    comment = 'push_to_dynamo: runs the sync <% sync %>'
    execute as owner
    as
    $$
declare
    answer object default null;
begin
    call run_dynamo_sync('<% sync %>') into :answer;
    return answer;
end
$$;

grant usage on procedure <% database %>.<% schema %>.run_<% sync %>() to role <% role %>;

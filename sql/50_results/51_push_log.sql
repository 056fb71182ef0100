-- Keep the answers: a call inside a bare select may be skipped, and a select consumes no stream.
-- Run by: the owner role.   Leaves: a table that callers may fill.

use role <% owner_role %>;

create table if not exists <% database %>.<% schema %>.push_log (
    run varchar,
    item_key variant,
    result variant,
    pushed_at timestamp_ltz default current_timestamp(),
    pushed_by varchar default current_user()
)
comment = 'push_to_dynamo: one answer a row';

grant select on table <% database %>.<% schema %>.push_log to role <% user_role %>;

grant insert on table <% database %>.<% schema %>.push_log to role <% user_role %>;

-- Which steps of an upgrade have been done: each sql/65_upgrades and sql/89_upgrades script is one, and notes itself here as its last
-- statement.
-- Run by: the owner role.   Leaves: a table.

use role <% owner_role %>;

create table if not exists <% database %>.<% schema %>.dynamo_upgrades (
    step varchar,
    done_at timestamp_ltz
)
comment = 'push_to_dynamo: steps of upgrades that have been done';

-- What alerts have told of already, so that each matter is told once, and again when it comes back; told_at is empty while it is being told.
-- Run by: the owner role.   Leaves: a table.

use role <% owner_role %>;

create table if not exists <% database %>.<% schema %>.dynamo_told (
    kind varchar,
    subject varchar,
    line varchar,
    matter varchar,
    told_at timestamp_ltz
)
comment = 'push_to_dynamo: matters of dynamo_attention that alerts have told of';

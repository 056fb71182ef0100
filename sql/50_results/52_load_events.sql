-- What became of each chunk and run: the lines of audit/.
-- Run by: the owner role.   Leaves: a table that callers may read.

use role <% owner_role %>;

create table if not exists <% database %>.<% schema %>.load_events (
    event variant,
    file_name varchar,
    file_row number(38, 0),
    loaded_at timestamp_ltz
)
comment = 'push_to_dynamo: lines of audit/';

grant select on table <% database %>.<% schema %>.load_events to role <% user_role %>;

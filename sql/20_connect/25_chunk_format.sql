-- How chunks and audit lines are written: NDJSON, gzip.
-- Run by: the owner role.   Leaves: a file format that callers may use.

use role <% owner_role %>;

create file format if not exists <% database %>.<% schema %>.chunk_format
    type = json
    compression = gzip
    comment = 'push_to_dynamo: NDJSON';

grant usage on file format <% database %>.<% schema %>.chunk_format to role <% user_role %>;

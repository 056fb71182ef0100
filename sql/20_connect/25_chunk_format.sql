-- How chunks and audit lines are written: NDJSON, gzip.
-- Run by: the owner role.   Leaves: a file format.

use role <% owner_role %>;

create file format if not exists <% database %>.<% schema %>.chunk_format
    type = json
    compression = gzip
    comment = 'push_to_dynamo: NDJSON';

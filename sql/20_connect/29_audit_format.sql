-- How audit lines are read: NDJSON, plain or zipped.
-- Run by: the owner role.   Leaves: a file format.

use role <% owner_role %>;

create file format if not exists <% database %>.<% schema %>.audit_format
    type = json
    compression = auto
    comment = 'push_to_dynamo: audit lines';

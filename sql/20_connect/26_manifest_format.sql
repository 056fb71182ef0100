-- How a manifest is written: plain JSON, one document.
-- Run by: the owner role.   Leaves: a file format that callers may use.

use role <% owner_role %>;

create file format if not exists <% database %>.<% schema %>.manifest_format
    type = json
    compression = none
    comment = 'push_to_dynamo: manifest.json';

grant usage on file format <% database %>.<% schema %>.manifest_format to role <% user_role %>;

-- JSON text as PARSE_JSON and the API take it: an ARRAY that holds NULL is said to show it as the word undefined, which no JSON has, and one
-- such row would fail the statement of all. Every text and every such word is marked, and those of texts are unmarked again: TO_JSON
-- escapes control characters, so the mark is in no text.
-- Run by: the owner role.   Leaves: a function of the owner role.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_sync_json(json varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: dynamo_sync_json'
    as
    $$
    iff(
        contains(json, 'undefined'),
        replace(
            replace(regexp_replace(json, '("([^"\\\\]|\\\\.)*")|undefined', '\\1' || chr(1)), '"' || chr(1), '"'),
            chr(1),
            'null'
        ),
        json
    )
$$;

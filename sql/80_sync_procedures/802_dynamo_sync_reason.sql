-- What went wrong, without the words that each CALL around it has put before: Uncaught exception of type … on line … .
-- Run by: the owner role.   Leaves: a function of the owner role.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_sync_reason(message varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: dynamo_sync_reason'
    as
    $$
    trim(regexp_replace(message, '(Uncaught exception of type ''[A-Za-z_]+'' on line [0-9]+ at position [0-9]+ *: *)|(Statement error: *)', ''))
$$;

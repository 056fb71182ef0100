-- Keys of which the stream does not tell enough: they are read in the source.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.look_up_dynamo_keys(sync varchar, run varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: look_up_dynamo_keys'
    execute as owner
    as
    $$
begin
    insert into dynamo_sync_lookups (sync_name, run, item_key, has_key)
    select
        sync_name,
        run,
        item_key,
        has_key
    from dynamo_sync_lookup_keys
    where run = :run;
    return null;
end
$$;

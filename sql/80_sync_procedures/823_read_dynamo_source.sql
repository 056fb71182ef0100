-- Reads the source of a sync once, so that all that follows speaks of the same rows: all of it, or the keys that the run looks up.
-- Only an INSERT: nobody waits while it reads.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.read_dynamo_source(sync varchar, run varchar, written varchar, whole boolean)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: read_dynamo_source'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    asked number default null;
begin
    asked := (select count(*) from dynamo_sync_lookups as lookups where lookups.run = :run);
    if (not whole and asked = 0) then
        return null;
    end if;
    statement := (
        select
            'insert into dynamo_sync_source (sync_name, run, item_key, has_key, item) select ''' || :sync || ''', ''' || :run || ''', '
            || parse_json(:written)['key']::varchar || ', ' || parse_json(:written)['has_key']::varchar || ', '
            || parse_json(:written)['item']::varchar || ' from ' || dynamo_sync_from(source)
            || iff(:whole, '', ' where ' || parse_json(:written)['key']::varchar
            || ' in (select item_key from dynamo_sync_lookups where run = ''' || :run || ''')')
        from dynamo_sync_definitions
        where sync_name = :sync
    );
    execute immediate :statement;
    return null;
end
$$;

-- Why a CALL cannot be, before it changes anything, or NULL: in a transaction, or of a sync that nobody knows, with the nearest name.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.guard_dynamo_sync(sync varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: guard_dynamo_sync'
    execute as owner
    as
    $$
declare
    flaw varchar default null;
begin
    call guard_dynamo_transaction() into :flaw;
    if (flaw is not null) then
        return flaw;
    end if;
    return (
        select
            'there is no sync ''' || coalesce(:sync, '') || ''': ' || coalesce(iff(
                min(editdistance(sync_name, :sync)) <= greatest(2, floor(length(:sync) / 3)),
                'did you mean ''' || min_by(sync_name, editdistance(sync_name, :sync)) || '''?',
                null
            ), 'SELECT * FROM dynamo_syncs lists them')
        from dynamo_sync_definitions
        having count_if(sync_name = :sync) = 0
    );
end
$$;

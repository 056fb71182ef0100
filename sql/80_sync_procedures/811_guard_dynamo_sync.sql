-- Ends a CALL that cannot go well before it changes anything: inside an open transaction, whose locks our own transactions
-- would wait for (https://docs.snowflake.com/en/sql-reference/transactions, scoped transactions); without autocommit, where the first
-- change opens one; of a sync that nobody knows, with the nearest name.
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
    open_transaction varchar default null;
    refusal varchar default null;
begin
    open_transaction := (select current_transaction());
    if (open_transaction is not null) then
        refusal := (select dynamo_sync_refusal('a transaction is open: COMMIT or ROLLBACK it, then CALL again, since syncs commit in between'));
        execute immediate :refusal;
    end if;
    -- Changes nothing: after it a transaction is open only where autocommit is off.
    update dynamo_sync_definitions set sync_name = sync_name where sync_name = :sync;
    open_transaction := (select current_transaction());
    if (open_transaction is not null) then
        rollback;
        refusal := (
            select dynamo_sync_refusal('autocommit is off: ALTER SESSION SET AUTOCOMMIT = TRUE, then CALL again, since syncs commit in between')
        );
        execute immediate :refusal;
    end if;
    refusal := (
        select dynamo_sync_refusal(
            'there is no sync ''' || coalesce(:sync, '') || ''': ' || coalesce(iff(
                min(editdistance(sync_name, :sync)) <= greatest(2, floor(length(:sync) / 3)),
                'did you mean ''' || min_by(sync_name, editdistance(sync_name, :sync)) || '''?',
                null
            ), 'SELECT * FROM dynamo_syncs lists them')
        )
        from dynamo_sync_definitions
        having count_if(sync_name = :sync) = 0
    );
    if (refusal is not null) then
        execute immediate :refusal;
    end if;
    return null;
end
$$;

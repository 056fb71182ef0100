-- Why a CALL cannot be, before it changes anything, or NULL: inside an open transaction, whose locks our own transactions would wait for
-- (https://docs.snowflake.com/en/sql-reference/transactions, scoped transactions), and without autocommit, where the first change opens
-- one.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.guard_dynamo_transaction()
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: guard_dynamo_transaction'
    execute as owner
    as
    $$
declare
    open_transaction varchar default null;
begin
    open_transaction := (select current_transaction());
    if (open_transaction is not null) then
        return 'a transaction is open: COMMIT or ROLLBACK it, then CALL again, since syncs commit in between';
    end if;
    -- Changes nothing: after it a transaction is open only where autocommit is off.
    update dynamo_sync_definitions set sync_name = sync_name where sync_name = '';
    open_transaction := (select current_transaction());
    if (open_transaction is not null) then
        rollback;
        return 'autocommit is off: ALTER SESSION SET AUTOCOMMIT = TRUE, then CALL again, since syncs commit in between';
    end if;
    return null;
end
$$;

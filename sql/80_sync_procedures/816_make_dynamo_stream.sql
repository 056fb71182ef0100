-- Makes the stream of a sync anew, on whatever its source is: a stream names the kind. It knows nothing of the rows that are there, so the
-- next run compares everything; SHOW_INITIAL_ROWS would hide what changes before its first reading, and no task would wake for it.
-- The error that is kept is the first that speaks of more than the kind.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.make_dynamo_stream(sync varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: make_dynamo_stream'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    source varchar default null;
    kind varchar default null;
    first_error varchar default null;
    best_error varchar default null;
    place number default 1;
    refusal varchar default null;
begin
    source := (select syncs.source from dynamo_sync_definitions as syncs where syncs.sync_name = :sync);
    while (place <= 3) do
        kind := (select get(array_construct('table', 'view', 'dynamic table'), :place - 1)::varchar);
        begin
            statement := 'create or replace stream dynamo_sync_stream_' || sync || ' on ' || kind || ' ' || source;
            execute immediate :statement;
            return kind;
        exception
            when other then
                first_error := coalesce(first_error, sqlerrm);
                if (best_error is null and not contains(lower(sqlerrm), ' is of type ')) then
                    best_error := sqlerrm;
                end if;
        end;
        place := place + 1;
    end while;
    refusal := (
        select dynamo_sync_refusal(
            dynamo_sync_reason(coalesce(:best_error, :first_error))
            || ' (a stream needs change tracking, which the owner of ' || :source || ' turns on: ALTER TABLE … SET CHANGE_TRACKING = TRUE, for a '
            || 'view on the tables that it reads as well)'
        )
    );
    execute immediate :refusal;
end
$$;

-- CALL load_to_dynamo(source, table [, options]): unloads a table or view into the bucket, starts the run that loads it, and answers the run's
-- status at once; dynamo_load_status(run) and dynamo_loads show it to its end. Every call is a run of its own.
-- options: those of start_dynamo_load; format says ndjson (unless told), csv or parquet; max_file_size is COPY's, in bytes, 16777216 unless told.
-- It runs with the rights of the owner role: whoever may CALL it can move whatever that role may read into any table that is allowed. So
-- it is granted to nobody; a grant is GRANT USAGE ON PROCEDURE load_to_dynamo(VARCHAR, VARCHAR, OBJECT) TO ROLE …, by the owner role.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.load_to_dynamo(source varchar, target varchar, options object default null)
    copy grants
    returns object
    language sql
    comment = 'push_to_dynamo: load_to_dynamo'
    execute as owner
    as
    $$
declare
    run varchar default uuid_string();
    given varchar default null;
    file_type varchar default null;
    file_bytes number default null;
    unloaded varchar default null;
    status varchar default null;
    flaw varchar default null;
    refusal varchar default null;
    open_transaction varchar default null;
begin
    open_transaction := (select current_transaction());
    given := (select coalesce(to_json(:options), '{}'));
    file_type := (select lower(coalesce(parse_json(:given)['format']['type']::varchar, 'ndjson')));
    flaw := (
        select case
            when :open_transaction is not null
                then 'a transaction is open: COMMIT or ROLLBACK it, then CALL again, since a load cannot be rolled back with it'
            when not coalesce(
                regexp_like(:source, '("[^";\n\r]+"|[A-Za-z_][A-Za-z0-9_$]*)([.]("[^";\n\r]+"|[A-Za-z_][A-Za-z0-9_$]*)){0,2}'), false
            )
                then 'the source is the name of a table or view, such as MY_DB.MY_SCHEMA.SPEND, and never the text of a query: make a view of the '
                    || 'query and name that'
            when :target is null or :target = '' then 'the second argument names the DynamoDB table'
            when :file_type not in ('ndjson', 'csv', 'parquet') then 'option format takes the type ''ndjson'', ''csv'' or ''parquet'''
            when (select count(*) from table(flatten(input => parse_json(:given)['format']))) > 1
                then 'option format takes its type alone: load_to_dynamo writes the files itself'
            when not coalesce(try_to_number(parse_json(:given)['max_file_size']::varchar), 16777216) between 1000 and 16777216
                or (parse_json(:given)['max_file_size'] is not null and try_to_number(parse_json(:given)['max_file_size']::varchar) is null)
                then 'option max_file_size takes bytes, at most 16777216'
        end
    );
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    file_bytes := (select coalesce(try_to_number(parse_json(:given)['max_file_size']::varchar), 16777216));
    given := (select to_json(object_delete(parse_json(:given)::object, 'max_file_size', 'format')));
    begin
        call unload_dynamo_source(:source, :target, :run, :given, :file_type, :file_bytes) into :unloaded;
        status := (
            select to_json(start_dynamo_load(
                :target, parse_json(:unloaded)['manifest']::object, parse_json(:unloaded)['options']::object
            ))
        );
    exception
        when other then
            refusal := (
                select dynamo_sync_refusal(
                    iff(:unloaded is null, 'the source could not be unloaded: ', 'its chunks are unloaded, but the load could not be started: ')
                    || dynamo_sync_reason(:sqlerrm) || iff(:unloaded is null, '', '. CALL again: that is another run')
                )
            );
            execute immediate :refusal;
    end;
    return (select parse_json(:status)::object);
end
$$;

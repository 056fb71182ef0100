-- The row API says, without a write, whether it knows the table and takes the options. Its statement is noted as one of syncs: the audit tells
-- of no push that nobody made. SQLID tells the id of a SELECT that stands alone.
-- https://docs.snowflake.com/en/developer-guide/snowflake-scripting/query-id
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.check_dynamo_target(target varchar, push varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: check_dynamo_target'
    execute as owner
    as
    $$
declare
    query varchar default null;
    answer varchar default null;
    code varchar default null;
    refusal varchar default null;
begin
    select to_json(push_to_dynamo(
        :target, object_construct(), object_insert(parse_json(:push)::object, 'dry_run', true, true)
    )) as answer;
    query := sqlid;
    insert into dynamo_sync_queries (query_id) select :query;
    answer := (select answer from table(result_scan(:query)));
    code := (select parse_json(:answer)['code']::varchar);
    if (code in ('unknown_table', 'table_not_allowed', 'invalid_options')) then
        refusal := (select dynamo_sync_refusal(:code || ': ' || parse_json(:answer)['message']::varchar));
        execute immediate :refusal;
    end if;
    return null;
end
$$;

-- The row API says, without a write, whether it knows the table and takes the options.
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
    answer varchar default null;
    code varchar default null;
    refusal varchar default null;
begin
    answer := (
        select to_json(push_to_dynamo(
            :target, object_construct(), object_insert(parse_json(:push)::object, 'dry_run', true, true)
        ))
    );
    code := (select parse_json(:answer)['code']::varchar);
    if (code in ('unknown_table', 'table_not_allowed', 'invalid_options')) then
        refusal := (select dynamo_sync_refusal(:code || ': ' || parse_json(:answer)['message']::varchar));
        execute immediate :refusal;
    end if;
    return null;
end
$$;

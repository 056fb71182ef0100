-- CALL dynamo_load_rejects(run, n): the first n rows that a load has set aside: chunk, number in the chunk, code and message, never the row,
-- which the owner alone may read (@rejected_stage).
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.dynamo_load_rejects(run varchar, n number default 20)
    copy grants
    returns table (chunk varchar, number number, code varchar, message varchar)
    language sql
    comment = 'push_to_dynamo: dynamo_load_rejects'
    execute as owner
    as
    $$
declare
    statement varchar default null;
    refusal varchar default null;
    found resultset;
begin
    if (not coalesce(regexp_like(run, '[A-Za-z0-9._-]{1,64}'), false) or startswith(run, '.')) then
        refusal := (select dynamo_sync_refusal('this is not the name of a run: SELECT run FROM dynamo_loads'));
        execute immediate :refusal;
    end if;
    if (n is null or n < 1 or n > 10000) then
        refusal := (select dynamo_sync_refusal('n is how many rows are shown, from 1 to 10000'));
        execute immediate :refusal;
    end if;
    -- Parts of files that are being written lie in folders that begin with a dot.
    statement := 'select regexp_substr(metadata$filename, ''rejected/' || run || '/(.+)[.]ndjson[.]gz$'', 1, 1, ''e'') as chunk,'
        || ' $1[''number'']::number as number, $1[''code'']::varchar as code, $1[''message'']::varchar as message'
        || ' from @rejected_stage/' || run || '/ (file_format => ''audit_format'', pattern => ''.*rejected/' || run || '/[^.].*'')'
        || ' order by 1, 2 limit ' || n;
    found := (execute immediate :statement);
    return table(found);
end
$$;

grant usage on procedure <% database %>.<% schema %>.dynamo_load_rejects(varchar, number) to role <% user_role %>;

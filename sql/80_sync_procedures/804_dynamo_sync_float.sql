-- The fewest digits (15, 16 or 17) that read back as the same FLOAT, so that no session prints it otherwise.
-- Format models: https://docs.snowflake.com/en/sql-reference/sql-format-models
-- Run by: the owner role.   Leaves: a function of the owner role.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_sync_float(value float)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: dynamo_sync_float'
    as
    $$
    case
        when value = to_double('NaN') then 'NaN'
        when value = to_double('inf') then 'Infinity'
        when value = to_double('-inf') then '-Infinity'
        when to_double(trim(to_varchar(value, '9.00000000000000EE'))) = value then trim(to_varchar(value, '9.00000000000000EE'))
        when to_double(trim(to_varchar(value, '9.000000000000000EE'))) = value then trim(to_varchar(value, '9.000000000000000EE'))
        else trim(to_varchar(value, '9.0000000000000000EE'))
    end
$$;

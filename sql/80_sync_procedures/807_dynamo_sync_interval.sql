-- Seconds within which a schedule must have run: of a cron the longest pause that its fields can mean. NULL: no clock.
-- Run by: the owner role.   Leaves: a function of the owner role.

use role <% owner_role %>;

create or replace function <% database %>.<% schema %>.dynamo_sync_interval(schedule varchar)
    copy grants
    returns number
    language sql
    comment = 'push_to_dynamo: dynamo_sync_interval'
    as
    $$
    case
        when schedule ilike 'cron %' then
            case
                when split_part(regexp_replace(trim(schedule), ' +', ' '), ' ', 5) <> '*' then 31622400
                when split_part(regexp_replace(trim(schedule), ' +', ' '), ' ', 4) <> '*' then 2678400
                when split_part(regexp_replace(trim(schedule), ' +', ' '), ' ', 6) <> '*' then 604800
                when split_part(regexp_replace(trim(schedule), ' +', ' '), ' ', 3) <> '*' then 86400
                else 3600
            end
        when schedule ilike 'on change' then null
        else
            try_to_number(split_part(schedule, ' ', 1))
            * case lower(left(split_part(schedule, ' ', 2), 1)) when 's' then 1 when 'm' then 60 else 3600 end
    end
$$;

-- CALL alter_dynamo_sync(name, options): changes options of a sync and keeps what it knows; an option given as NULL goes back to its
-- default. Other push options make other items, so the next run sends everything; those that make other keys need a new sync.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.alter_dynamo_sync(sync varchar, options object)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: alter_dynamo_sync'
    execute as owner
    as
    $$
declare
    given varchar default null;
    merged varchar default null;
    was varchar default null;
    hold varchar default uuid_string();
    flaw varchar default null;
    refusal varchar default null;
begin
    call guard_dynamo_sync(:sync) into :flaw;
    given := (select coalesce(to_json(:options), '{}'));
    if (flaw is null) then
        call check_dynamo_sync_options('alter_dynamo_sync', :given) into :flaw;
    end if;
    was := (
        select to_json(object_construct(
            'capture', capture, 'schedule', schedule, 'mirror', mirror, 'max_delete_share', max_delete_share, 'bulk_above', bulk_above,
            'adopt', adopt, 'push', parse_json(push)
        ))
        from dynamo_sync_definitions
        where sync_name = :sync
    );
    merged := (
        with
        told as (
            select
                key,
                value,
                1 as place
            from table(flatten(input => parse_json(:given)))
            union all
            select
                key,
                value,
                2 as place
            from table(flatten(input => parse_json(:was)))
        ),
        newest as (
            select
                key,
                value
            from told
            qualify row_number() over (partition by key order by place) = 1
        )
        select to_json(object_agg(key, value)) from newest where typeof(value) <> 'NULL_VALUE'
    );
    if (flaw is null) then
        call check_dynamo_sync_options('create_dynamo_sync', :merged) into :flaw;
    end if;
    if (flaw is null) then
        flaw := (
            select iff(
                dynamo_sync_from(source) <> source and lower(parse_json(:merged)['capture']::varchar) = 'stream',
                'capture ''stream'' needs a table or view, not a query',
                null
            )
            from dynamo_sync_definitions
            where sync_name = :sync
        );
    end if;
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    call change_dynamo_sync(:sync, :hold, :was, :merged) into :flaw;
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    call rest_dynamo_sweep();
    return (
        select 'Sync ' || :sync || ' altered.'
            || case next_capture when 'full' then ' Its next run sends everything.' when 'diff' then ' Its next run compares everything.' else '' end
        from dynamo_sync_definitions
        where sync_name = :sync
    );
end
$$;

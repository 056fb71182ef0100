-- CALL preview_dynamo_sync(name): what a run would do. Sends nothing, consumes nothing, remembers nothing, and waits for no run: all that
-- it notes is rolled back.
-- Run by: the owner role.   Leaves: a procedure that callers may use.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.preview_dynamo_sync(sync varchar)
    copy grants
    returns object
    language sql
    comment = 'push_to_dynamo: preview_dynamo_sync'
    execute as owner
    as
    $$
declare
    run varchar default uuid_string();
    answer varchar default null;
    ignored varchar default null;
    flaw varchar default null;
    refusal varchar default null;
begin
    call guard_dynamo_sync(:sync) into :flaw;
    if (flaw is not null) then
        refusal := (select dynamo_sync_refusal(:flaw));
        execute immediate :refusal;
    end if;
    begin
        begin transaction;
        insert into dynamo_sync_open_runs (
            run, sync_name, kind, state, started_at, capture, wanted_capture, mirror, is_redrive, delete_share, push, key_columns
        )
        select
            :run,
            sync_name,
            'preview',
            'preview',
            current_timestamp(),
            capture,
            coalesce(next_capture, capture),
            mirror,
            false,
            max_delete_share,
            push,
            key_columns
        from dynamo_sync_definitions
        where sync_name = :sync;
        call read_dynamo_sync(:sync, :run, null);
        call plan_dynamo_sync(:sync, :run) into :ignored;
        answer := (
            select to_json(any_value(answers.answer))
            from dynamo_sync_run_answers as answers
            where answers.sync_name = :sync and answers.run = ''
        );
        rollback;
    exception
        when other then
            rollback;
            raise;
    end;
    return (select parse_json(:answer)::object);
end
$$;

grant usage on procedure <% database %>.<% schema %>.preview_dynamo_sync(varchar) to role <% user_role %>;

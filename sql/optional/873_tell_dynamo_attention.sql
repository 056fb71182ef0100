-- CALL tell_dynamo_attention(): looks at tasks and streams, and sends one message with every matter of dynamo_attention that it has not told
-- of. A matter that is gone is forgotten, so that it is told again when it comes back. When the message cannot be sent the CALL fails, and
-- the next one tries again. https://docs.snowflake.com/en/user-guide/notifications/snowflake-notifications
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.tell_dynamo_attention()
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: tell_dynamo_attention'
    execute as owner
    as
    $$
declare
    matters number default null;
    message varchar default null;
    target varchar default null;
begin
    call check_dynamo_syncs();
    delete from dynamo_told
    where not exists (
        select attention.kind
        from dynamo_attention as attention
        where attention.kind = dynamo_told.kind and coalesce(attention.subject, '') = coalesce(dynamo_told.subject, '')
    );
    matters := (select count(*) from dynamo_untold);
    if (matters = 0) then
        return 'nothing new';
    end if;
    message := (
        select listagg(
            kind || ' ' || coalesce(subject, '') || coalesce(' (' || target_table || ')', '') || coalesce(', ' || cause, '')
            || coalesce(': ' || detail, '') || coalesce('\n  mend: ' || mend, ''),
            '\n'
        ) within group (order by severity, kind, subject)
        from dynamo_untold
    );
    message := (
        select to_json(object_construct(
            '<% alert_content %>',
            iff(
                '<% alert_content %>' = 'application/json',
                to_json(array_agg(object_construct(
                    'severity', severity, 'kind', kind, 'cause', cause, 'subject', subject, 'table', target_table, 'detail', detail, 'mend', mend
                ))),
                :message || '\n\nSELECT * FROM <% database %>.<% schema %>.dynamo_attention;'
            )
        ))
        from dynamo_untold
    );
    target := '<% alert_target %>';
    call system$send_snowflake_notification(:message, :target);
    insert into dynamo_told (kind, subject, told_at)
    select distinct
        kind,
        subject,
        current_timestamp()
    from dynamo_untold;
    return matters::varchar || ' told';
end
$$;

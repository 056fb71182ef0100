-- CALL tell_dynamo_attention(): looks at tasks and streams, sums up days of the audit that are over, and sends one message with every matter of
-- dynamo_attention that it has not told of. A matter that is gone is forgotten, so that it is told again when it comes back. When the message
-- cannot be sent the CALL fails, and the next one tries again. https://docs.snowflake.com/en/user-guide/notifications/snowflake-notifications
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
    call keep_dynamo_audit_days();
    -- All of it once: the view reads much.
    delete from dynamo_told where told_at is null;
    insert into dynamo_told (kind, subject, line, matter)
    select
        kind,
        subject,
        severity::varchar || ' ' || kind || ' ' || coalesce(subject, '') || coalesce(' (' || target_table || ')', '')
        || coalesce(', ' || cause, '') || coalesce(': ' || detail, '') || coalesce('\n  mend: ' || mend, ''),
        to_json(object_construct(
            'severity', severity, 'kind', kind, 'cause', cause, 'subject', subject, 'table', target_table, 'detail', detail, 'mend', mend
        ))
    from dynamo_attention;
    delete from dynamo_told
    where
        told_at is not null
        and not exists (
            select seen.kind
            from dynamo_told as seen
            where
                seen.told_at is null
                and seen.kind = dynamo_told.kind
                and coalesce(seen.subject, '') = coalesce(dynamo_told.subject, '')
        );
    delete from dynamo_told
    where
        told_at is null
        and exists (
            select told.kind
            from dynamo_told as told
            where
                told.told_at is not null
                and told.kind = dynamo_told.kind
                and coalesce(told.subject, '') = coalesce(dynamo_told.subject, '')
        );
    matters := (select count(*) from dynamo_told where told_at is null);
    if (matters = 0) then
        return 'nothing new';
    end if;
    message := (
        select to_json(object_construct(
            '<% alert_content %>',
            iff(
                '<% alert_content %>' = 'application/json',
                to_json(array_agg(parse_json(matter))),
                listagg(line, '\n') within group (order by line)
                || '\n\nSELECT * FROM <% database %>.<% schema %>.dynamo_attention;'
            )
        ))
        from dynamo_told
        where told_at is null
    );
    target := '<% alert_target %>';
    call system$send_snowflake_notification(:message, :target);
    update dynamo_told set told_at = current_timestamp() where told_at is null;
    return matters::varchar || ' told';
end
$$;

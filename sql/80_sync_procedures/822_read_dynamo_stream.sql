-- Takes what the stream of a sync holds into the inbox. The caller's transaction decides: COMMIT consumes the stream, ROLLBACK does not.
-- Only an INSERT: nobody waits while it reads.
-- Run by: the owner role.   Leaves: a procedure of the owner role.

use role <% owner_role %>;

create or replace procedure <% database %>.<% schema %>.read_dynamo_stream(sync varchar, run varchar, written varchar)
    copy grants
    returns varchar
    language sql
    comment = 'push_to_dynamo: read_dynamo_stream'
    execute as owner
    as
    $$
declare
    statement varchar default null;
begin
    statement := (
        select
            'insert into dynamo_sync_inbox (sync_name, run, item_key, has_key, item, stream_action) select ''' || :sync || ''', '''
            || :run || ''', ' || parse_json(:written)['key']::varchar || ', ' || parse_json(:written)['has_key']::varchar || ', '
            || parse_json(:written)['item']::varchar || ', metadata$action from dynamo_sync_stream_' || :sync
    );
    execute immediate :statement;
    return null;
end
$$;

-- The options that the procedures of syncs take: a kind of value, or a pattern, and what a message says is allowed.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_sync_option_rules copy grants as
with

rules as (
    select
        column1 as taken_by,
        column2 as place,
        column3 as option_name,
        column4 as takes,
        column5 as allowed
    from
        values
        ('create_dynamo_sync', 1, 'capture', 'stream|diff|full', '''stream'', ''diff'' or ''full'''),
        (
            'create_dynamo_sync',
            2,
            'schedule',
            '[1-9][0-9]{0,4} (second|minute|hour)s?|cron( [0-9*,/LA-Z#-]+){5}( [A-Za-z_]+(/[A-Za-z_+-]+)*)?|on change',
            '''10 minutes'', ''cron 0 6 * * * UTC'' or ''on change'''
        ),
        ('create_dynamo_sync', 3, 'mirror', 'flag', 'true or false'),
        ('create_dynamo_sync', 4, 'max_delete_share', 'share', 'a number from 0 to 1'),
        ('create_dynamo_sync', 5, 'bulk_above', 'rows', 'a whole number of rows'),
        ('create_dynamo_sync', 6, 'adopt', 'flag', 'true or false'),
        ('create_dynamo_sync', 7, 'push', 'object', 'an object of push options'),
        ('run_dynamo_sync', 1, 'max_delete_share', 'share', 'a number from 0 to 1'),
        ('run_dynamo_sync', 2, 'redrive', 'flag', 'true or false'),
        ('run_dynamo_sync', 3, 'resend', 'flag', 'true or false'),
        ('run_dynamo_sync', 4, 'fail', 'flag', 'true or false'),
        ('resume_dynamo_sync', 1, 'force', 'flag', 'true or false'),
        ('resume_dynamo_sync', 2, 'run', 'flag', 'true or false'),
        ('drop_dynamo_sync', 1, 'force', 'flag', 'true or false')
)

select
    taken_by,
    place,
    option_name,
    takes,
    allowed
from rules
union all
select
    'alter_dynamo_sync' as taken_by,
    place,
    option_name,
    takes,
    allowed
from rules
where taken_by = 'create_dynamo_sync';

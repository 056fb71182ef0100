-- What the alert looks at: matters of dynamo_attention that it has not told of.
-- Run by: the owner role.   Leaves: a view.

use role <% owner_role %>;

create or replace view <% database %>.<% schema %>.dynamo_untold copy grants as
select
    attention.kind,
    attention.subject
from dynamo_attention as attention
left join dynamo_told as told
    on attention.kind = told.kind and coalesce(attention.subject, '') = coalesce(told.subject, '') and told.told_at is not null
where told.kind is null;

-- The task that copies audit lines: gone for good.
-- Run by: the owner role.   Leaves: nothing.

use role <% owner_role %>;

drop task if exists <% database %>.<% schema %>.copy_load_events;

-- The pipe that copies audit lines: gone for good.
-- Run by: the owner role.   Leaves: nothing.

use role <% owner_role %>;

drop pipe if exists <% database %>.<% schema %>.load_events_pipe;

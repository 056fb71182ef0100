-- The role of the owner: gone for good.
-- Run by: useradmin.   Leaves: nothing.

use role useradmin;

drop role if exists <% owner_role %>;

-- Who Snowflake is: the IAM users and external ids that the trust policies of AWS must name.
-- Run by: the admin role.   Leaves: nothing.

use role <% admin_role %>;

describe integration <% api_integration %>;

describe integration <% storage_integration %>;

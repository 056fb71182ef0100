-- The way to the mailbox of snowflake.alerts.mail. The address must be that of a user of this account who has verified it.
-- https://docs.snowflake.com/en/user-guide/notifications/email-notifications
-- Run by: the admin role (create integration).   Leaves: a notification integration.

use role <% admin_role %>;

create notification integration if not exists <% alert_integration %>
    type = email -- noqa: PRS
    enabled = true
    allowed_recipients = ('<% alert_mail %>')
    comment = 'push_to_dynamo: alerts';

alter integration <% alert_integration %> set
    enabled = true
    allowed_recipients = ('<% alert_mail %>');

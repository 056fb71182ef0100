-- What only a real account can prove: one run answers the list in sql/README.md and shows it as a table.
-- Run by: the owner role, after the set-up, with a DynamoDB table smoke (key id, text) that the service may write.
-- Leaves: the table smoke_findings, and items in the DynamoDB table smoke. From this folder: snow sql -f smoke.sql -D "database=…"

!source smoke/0_begin.sql;
!source smoke/1_values.sql;
!source smoke/3_batches.sql;
!source smoke/9_platform.sql;
!source smoke/14_syncs.sql;
!source smoke/16_operation.sql;
!source smoke/21_loads.sql;
!source smoke/22_page.sql;
!source smoke/99_answer.sql;

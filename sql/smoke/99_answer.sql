-- The findings as a table; what is dropped.
-- Part of smoke.sql.

-- The answer. Run the last three again after two minutes for task and alert, then drop them.
select item, what, finding, found_at
from smoke_findings
order by item, what;

drop streamlit if exists smoke_page;

drop task if exists smoke_serverless;

drop alert if exists smoke_alert;

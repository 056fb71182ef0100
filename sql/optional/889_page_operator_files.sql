-- The files of the page to operate, in place: its grants and its address stay. The last statement notes which files they are, so the set-up
-- runs all of this, or nothing.
-- Run by: the role of the page.   Leaves: the page as it is in sql/app.

use role <% page_operator_role %>;

put 'file://<% app_folder %>/operate.py' 'snow://streamlit/<% database %>.<% schema %>.dynamo_page_operator/versions/live/' auto_compress = false overwrite = true; -- noqa: PRS

put 'file://<% app_folder %>/environment.yml' 'snow://streamlit/<% database %>.<% schema %>.dynamo_page_operator/versions/live/' auto_compress = false overwrite = true; -- noqa: PRS

put 'file://<% app_folder %>/.streamlit/config.toml' 'snow://streamlit/<% database %>.<% schema %>.dynamo_page_operator/versions/live/.streamlit/' auto_compress = false overwrite = true; -- noqa: PRS

put 'file://<% app_folder %>/dynamo_page/*.py' 'snow://streamlit/<% database %>.<% schema %>.dynamo_page_operator/versions/live/dynamo_page/' auto_compress = false overwrite = true; -- noqa: PRS

alter streamlit <% database %>.<% schema %>.dynamo_page_operator set comment = 'push_to_dynamo: <% page_version %>';

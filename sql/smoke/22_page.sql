-- The page; object constants.
-- Part of smoke.sql.

-- 22 The page: an object without files, its live version, and what is said when there is one already.
call smoke_step('22 a page without files', 'create streamlit if not exists smoke_page main_file = ''look.py''');

call smoke_step('22 its live version', 'alter streamlit smoke_page add live version from last');

call smoke_step('22 a second live version', 'alter streamlit smoke_page add live version from last');

call smoke_step('22 where the files go', 'describe streamlit smoke_page');

-- 23 What becomes of NULL in an object constant; the worksheet refuses it.
call smoke_step('23 a NULL in an object constant', 'select {''a'': null} as object');

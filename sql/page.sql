-- The pages to look and to operate, for the snow CLI, after deploy.sql and with the same line: snow sql -f page.sql -D …
-- Run again it puts the files of this version in place; who may use the pages stays.

!source optional/881_page_role.sql;
!source optional/882_page_operator_role.sql;
!source optional/883_page_warehouse.sql;
!source optional/884_page_rights.sql;
!source optional/885_page_operator_rights.sql;
!source optional/886_page.sql;
!source optional/887_page_operator.sql;
!source optional/888_page_files.sql;
!source optional/889_page_operator_files.sql;

"""The page to operate: the page to look, with the buttons that mend, keys of rows set aside, and items."""

from dynamo_page.shell import show

show(may_act=True)

"""The page to look: what needs a person, loads and syncs. It has no button that changes anything, no key and no item."""

from dynamo_page.shell import show

show(may_act=False)

"""The list of subsets."""

from dashboard.pages.page import Nav, Page
from dashboard.pages.subsets.layout import layout

PAGE = Page(
    name="subsets",
    path="/subsets",
    title="Subsets",
    needs="pick",
    layout=layout,
    nav=Nav("Subsets", "subsets"),
)

"""One subset, by the root of its manifest."""

from dashboard.pages.page import Page
from dashboard.pages.subset.callbacks import callbacks
from dashboard.pages.subset.layout import layout

PAGE = Page(
    name="subset",
    path="/subsets/<root>",
    title="Subset",
    needs="pick",
    layout=layout,
    callbacks=callbacks,
)

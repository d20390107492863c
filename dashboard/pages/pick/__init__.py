"""The page to pick pictures and keep them as a subset."""

from dashboard.pages.page import Nav, Page
from dashboard.pages.pick.callbacks import callbacks
from dashboard.pages.pick.layout import layout

PAGE = Page(
    name="pick",
    path="/pick",
    title="Pick",
    needs="pick",
    layout=layout,
    callbacks=callbacks,
    nav=Nav("Pick", "pick"),
)

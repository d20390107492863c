"""Bring pictures, hear at once what would become of each, and submit them."""

from dashboard.pages.page import Nav, Page
from dashboard.pages.submit.callbacks import callbacks
from dashboard.pages.submit.layout import layout

PAGE = Page(
    "submit",
    "/submit",
    "Submit pictures",
    "submit",
    layout,
    callbacks,
    nav=Nav("Submit", "submit"),
)

"""All labels, by card: searched, sorted, filtered."""

from dashboard.pages.labels.callbacks import callbacks
from dashboard.pages.labels.layout import layout
from dashboard.pages.page import Nav, Page

PAGE = Page("labels", "/labels", "Labels", "browse", layout, callbacks, nav=Nav("Labels", "labels"))

"""The hub at work: jobs, batches, refused files and room, for ops."""

from dashboard.pages.ops.callbacks import callbacks
from dashboard.pages.ops.layout import layout
from dashboard.pages.page import Nav, Page

PAGE = Page("ops", "/ops", "Operations", "operate", layout, callbacks, nav=Nav("Operations", "ops"))

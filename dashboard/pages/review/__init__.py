"""What waits for somebody to look: reports, and labels that are only proposed."""

from dashboard.pages.page import Nav, Page
from dashboard.pages.review.callbacks import callbacks
from dashboard.pages.review.layout import layout

PAGE = Page("review", "/review", "Review", "review", layout, callbacks, nav=Nav("Review", "review"))

"""What to do first: shown to whoever signs in for the first time, and at an address of its own."""

from dashboard.pages.page import Page
from dashboard.pages.tour.callbacks import callbacks
from dashboard.pages.tour.layout import layout

PAGE = Page("tour", "/tour", "First steps", "pick", layout, callbacks)

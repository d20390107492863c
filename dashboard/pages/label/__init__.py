"""One label: its pictures, what they are like, what lies above and below it."""

from dashboard.pages.label.layout import layout
from dashboard.pages.page import Page

PAGE = Page("label", "/labels/<key>", "Label", "browse", layout)

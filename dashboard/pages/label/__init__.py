"""One label: its pictures, what they are like, the wider and the narrower ones."""

from dashboard.pages.label.layout import layout
from dashboard.pages.page import Page

PAGE = Page("label", "/labels/<key>", "Label", "browse", layout)

"""Help: short pages that say how to get things done."""

from dashboard.pages.help.layout import layout
from dashboard.pages.page import Nav, Page

PAGE = Page("help", "/help", "Help", "browse", layout, nav=Nav("Help", "help"))

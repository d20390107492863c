"""The first page: the hub in figures, what came last, what is wanted."""

from dashboard.pages.home.layout import layout
from dashboard.pages.page import Nav, Page

PAGE = Page("home", "/", "Home", "browse", layout, nav=Nav("Home", "home"))

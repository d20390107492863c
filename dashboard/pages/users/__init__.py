"""Who may use the hub, and as what: for ops."""

from dashboard.pages.page import Nav, Page
from dashboard.pages.users.callbacks import callbacks
from dashboard.pages.users.layout import layout

PAGE = Page("users", "/users", "Users", "operate", layout, callbacks, nav=Nav("Users", "users"))

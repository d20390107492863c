"""One's own account: what one may do, tokens, downloads, sessions."""

from dashboard.pages.account.callbacks import callbacks
from dashboard.pages.account.layout import layout
from dashboard.pages.page import Nav, Page

PAGE = Page(
    "account",
    "/account",
    "Your account",
    "pick",
    layout,
    callbacks,
    nav=Nav("Account", "account"),
)

"""One page of the help."""

from dashboard.pages.help.layout import topic_layout
from dashboard.pages.page import Page

PAGE = Page("help-topic", "/help/<topic>", "Help", "browse", topic_layout)

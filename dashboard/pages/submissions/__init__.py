"""What somebody submitted, the newest first."""

from dashboard.pages.page import Nav, Page
from dashboard.pages.submissions.layout import layout

PAGE = Page(
    "submissions",
    "/submissions",
    "Submissions",
    "submit",
    layout,
    nav=Nav("Submissions", "submissions"),
)

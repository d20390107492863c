"""What became of every file of one submission."""

from dashboard.pages.page import Page
from dashboard.pages.submission.layout import layout

PAGE = Page("submission", "/submissions/<key>", "Submission", "submit", layout)

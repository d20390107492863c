"""The pages of the site, in the order of its navigation."""

from dashboard.pages.page import Page

PAGES: tuple[Page, ...] = ()

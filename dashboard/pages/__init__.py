"""The pages of the site, in the order of its navigation."""

from dashboard.pages.home import PAGE as HOME
from dashboard.pages.image import PAGE as IMAGE
from dashboard.pages.label import PAGE as LABEL
from dashboard.pages.labels import PAGE as LABELS
from dashboard.pages.map import PAGE as MAP
from dashboard.pages.page import Page
from dashboard.pages.review import PAGE as REVIEW

PAGES: tuple[Page, ...] = (
    HOME,
    LABELS,
    MAP,
    REVIEW,
    LABEL,
    IMAGE,
)

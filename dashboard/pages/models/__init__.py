"""The models that were trained on pictures of the hub."""

from dashboard.pages.models.layout import layout
from dashboard.pages.page import Nav, Page

PAGE = Page("models", "/models", "Models", "pick", layout, nav=Nav("Models", "models"))

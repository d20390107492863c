"""One model: how well it does, on what it was trained, its file."""

from dashboard.pages.model.layout import layout
from dashboard.pages.page import Page

PAGE = Page("model", "/models/<model_id>", "Model", "pick", layout)

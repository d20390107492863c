"""One training: what was asked for, how it goes, what came of it."""

from dashboard.pages.page import Page
from dashboard.pages.training_one.callbacks import callbacks
from dashboard.pages.training_one.layout import layout

PAGE = Page("training-one", "/training/<training_id>", "Training", "train", layout, callbacks)

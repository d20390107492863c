"""Trainings that a user asked for, and the form to ask for another."""

from dashboard.pages.page import Nav, Page
from dashboard.pages.training.callbacks import callbacks
from dashboard.pages.training.layout import layout

PAGE = Page(
    "training", "/training", "Training", "train", layout, callbacks, nav=Nav("Training", "training")
)

"""One picture: what it shows and who says so, where it came from, what it is like."""

from dashboard.pages.image.callbacks import callbacks
from dashboard.pages.image.layout import layout
from dashboard.pages.page import Page

PAGE = Page("image", "/images/<image_id>", "Picture", "browse", layout, callbacks)

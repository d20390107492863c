"""Where pictures were taken: places where enough suppliers stand."""

from dashboard.pages.map.callbacks import callbacks
from dashboard.pages.map.layout import layout
from dashboard.pages.page import Nav, Page

PAGE = Page("map", "/map", "Map", "browse", layout, callbacks, nav=Nav("Map", "map"))

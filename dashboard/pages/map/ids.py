"""Ids of the map."""


class Ids:
    ZOOM = "map-zoom"
    FRAME = "map-frame"
    ZOOMED = "map-zoomed"

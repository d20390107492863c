"""Ids of the labels' page."""


class Ids:
    SEARCH = "labels-search"
    SORT = "labels-sort"
    FILTERS = "labels-filters"
    PAGES = "labels-pages"
    RESULTS = "labels-results"
    ADDRESS = "labels-address"
    PUSHED = "labels-pushed"

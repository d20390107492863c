"""Where a picture was taken: the named place nearest to a point, and the point that is shown.

A place's name comes from GeoNames (hub/data/GEONAMES_NOTICE.txt), without a network. The nearest
place within 50 km gives the city. A section of a city (a borough, a quarter) gives the city it
belongs to and, within 5 km, the neighbourhood; distil_places.py beside the data has that rule.
"""

import hashlib
import heapq
import hmac
import lzma
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from hub.rules.nearest import EARTH_KM, Floats, Grid, Integers, unit_vectors

_FARTHEST_KM = 50.0
_NEIGHBOURHOOD_KM = 5.0
# Most points have a place within the first reach, which keeps the candidates few; the last
# must be _FARTHEST_KM.
_REACHES_KM = (8.0, _FARTHEST_KM)
_POINTS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A city, and a neighbourhood of it where one is known, else ''."""

    country: str
    city: str
    neighbourhood: str = ""


def name_place(lon: float, lat: float) -> Place | None:
    """Name the place of a point in degrees; None far from any city, or if it is no point."""
    return name_places([lon], [lat])[0]


def name_places(lons: Sequence[float], lats: Sequence[float]) -> list[Place | None]:
    """Name the places of many points in degrees, in their order; see `name_place`."""
    named: list[Place | None] = [None] * len(lons)
    east, north = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
    # Comparisons with NaN are false, so what is no number is no point either.
    valid = np.flatnonzero((np.abs(east) <= 180.0) & (np.abs(north) <= 90.0))
    if not valid.size:
        return named
    gazetteer = _gazetteer()
    rows, km = gazetteer.nearest(unit_vectors(east[valid], north[valid]))
    for point, row, distance in zip(valid.tolist(), rows.tolist(), km.tolist(), strict=True):
        if row >= 0:
            named[point] = gazetteer.place(row, is_near=distance <= _NEIGHBOURHOOD_KM)
    return named


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A place of the gazetteer and where it lies, in degrees."""

    place: Place
    lon: float
    lat: float


_LONGEST_NAME = 200
"""No place has more letters."""


def find_places(text: str, *, most: int) -> list[NamedPoint]:
    """Return places whose name begins with the text, cities before their neighbourhoods.

    Case and accents do not matter; those with just that name come first.
    """
    wanted = _fold(text[:_LONGEST_NAME])
    if not wanted:
        return []
    found = [
        (name != wanted, bool(point.place.neighbourhood), name, number)
        for number, (name, point) in enumerate(_named_points())
        if name.startswith(wanted)
    ]
    return [_named_points()[number][1] for *_, number in heapq.nsmallest(most, found)]


@cache
def _named_points() -> list[tuple[str, NamedPoint]]:
    return [
        (_fold(point.place.neighbourhood or point.place.city), point)
        for point in _gazetteer().points()
    ]


def _fold(name: str) -> str:
    """Return a name without case and accents."""
    apart = unicodedata.normalize("NFKD", name.casefold().strip())
    return "".join(one for one in apart if not unicodedata.combining(one))


class _Gazetteer:
    """The places, and for each reach a grid of cubes of that side around them."""

    def __init__(self, places: list[Place], lons: Floats, lats: Floats) -> None:
        self._places = places
        self._lons, self._lats = lons, lats
        vectors = unit_vectors(lons, lats)
        self._grids = [Grid(vectors, reach_km) for reach_km in _REACHES_KM]

    def points(self) -> Iterator[NamedPoint]:
        for place, lon, lat in zip(
            self._places, self._lons.tolist(), self._lats.tolist(), strict=True
        ):
            yield NamedPoint(place, lon, lat)

    def place(self, row: int, *, is_near: bool) -> Place:
        place = self._places[row]
        return place if is_near else Place(place.country, place.city)

    def nearest(self, points: Floats) -> tuple[Integers, Floats]:
        """Return the nearest place of each point, or -1 beyond reach, and its distance in km."""
        rows = np.full(len(points), -1, dtype=np.int64)
        km = np.full(len(points), np.inf)
        for grid in self._grids:
            open_points = np.flatnonzero(rows < 0)
            for start in range(0, len(open_points), _POINTS_AT_ONCE):
                some = open_points[start : start + _POINTS_AT_ONCE]
                rows[some], km[some] = grid.nearest(points[some])
        return rows, km


@cache
def _gazetteer() -> _Gazetteer:
    """Load the places at first use: a line a country, its places below it."""
    packed = files("hub").joinpath("data", "places.tsv.xz").read_bytes()
    places, lons, lats, country = [], [], [], ""
    for line in lzma.decompress(packed).decode().split("\n"):
        name, *cells = line.split("\t")
        if not cells:
            country = name
            continue
        lons.append(float(cells[0]))
        lats.append(float(cells[1]))
        is_section = len(cells) > 2
        places.append(Place(country, cells[2], name) if is_section else Place(country, name))
    return _Gazetteer(places, np.array(lons), np.array(lats))


# A cell's corner is 0.24 km from its middle, so a shift of 0.56-0.74 km from the middle
# moves every point of the cell by 0.3-1.0 km, with room for rounding.
_CELL_DEG = 0.003
_NEAREST_KM, _SHIFT_KM = 0.56, 0.18


def jitter(lon: float, lat: float, *, secret: str, supplier: str) -> tuple[float, float]:
    """Return the point, in degrees to 4 decimals, that is shown for one where a picture was taken.

    It lies 300-1,000 m off. All of a supplier's pictures in a cell of some 330 m are shown at
    one point: the middle of the cell, moved by a distance and in a direction from the
    HMAC-SHA256 of both under the hub's secret. So many pictures of one spot do not average
    out to it, paths keep no shape, and without the secret nothing can be computed back.
    """
    middle_lon, middle_lat, cell = _cell(lon, lat)
    digest = hmac.new(secret.encode(), f"{cell} {supplier}".encode(), hashlib.sha256).digest()
    bearing = 2 * math.pi * int.from_bytes(digest[:8]) / 2**64
    km = _NEAREST_KM + _SHIFT_KM * int.from_bytes(digest[8:16]) / 2**64
    return _move(middle_lon, middle_lat, bearing=bearing, km=km)


def _cell(lon: float, lat: float) -> tuple[float, float, str]:
    """Return the middle of a point's cell and its name; cells of a row are about square."""
    row = math.floor(min((lat + 90.0) / _CELL_DEG, 180.0 / _CELL_DEG - 0.5))
    middle_lat = (row + 0.5) * _CELL_DEG - 90.0
    columns = max(1, math.ceil(360.0 * math.cos(math.radians(middle_lat)) / _CELL_DEG))
    column = math.floor((lon + 180.0) % 360.0 / 360.0 * columns)
    return (column + 0.5) * 360.0 / columns - 180.0, middle_lat, f"{row} {column}"


def _move(lon: float, lat: float, *, bearing: float, km: float) -> tuple[float, float]:
    """Go a distance along a great circle; lon ends in [-180, 180)."""
    angle, north = km / EARTH_KM, math.radians(lat)
    sine = math.sin(north) * math.cos(angle) + math.cos(north) * math.sin(angle) * math.cos(bearing)
    end = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(north),
        math.cos(angle) - math.sin(north) * sine,
    )
    shown = round((lon + math.degrees(east) + 180.0) % 360.0 - 180.0, 4)
    return (-180.0 if shown >= 180.0 else shown), round(math.degrees(end), 4)

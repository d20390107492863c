"""Distil GeoNames' list of cities into `places.tsv.xz`, the places that `hub.rules.places` names.

    python hub/data/distil_places.py cities500.txt countries.json

`cities500.txt` is GeoNames' own file (its columns are in GeoNames' readme), `countries.json` maps
a country's code to an object with its `name`. GEONAMES_NOTICE.txt says where those came from.
"""

import json
import lzma
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_LEAST_POPULATION = 1000
_SEATS = ("PPLC", "PPLA", "PPLA2")
_SECTION = "PPLX"
_PULL_KM = 30.0
# Cities whose boroughs and quarters GeoNames lists as towns of their own, by country,
# first and second division; whatever lies in these divisions is a section of the city.
_BOROUGHS = {
    **{("US", "NY", county): "5128581" for county in ("005", "047", "061", "081", "085")},
    ("US", "CA", "075"): "5391959",
    ("GB", "ENG", "GLA"): "2643743",
}
# The same, where the division says nothing: Toronto has no code of its own in Ontario.
_QUARTERS = {"8558534": "6167865"}


@dataclass(frozen=True, slots=True)
class Row:
    """One populated place of GeoNames; degrees, inhabitants."""

    geoname_id: str
    name: str
    lat: float
    lon: float
    kind: str
    country: str
    division: str
    county: str
    population: int

    @property
    def parent_id(self) -> str | None:
        """The city that this place is a borough of by the tables above, itself excepted."""
        parent = _QUARTERS.get(self.geoname_id) or _BOROUGHS.get(
            (self.country, self.division, self.county)
        )
        return None if parent == self.geoname_id else parent


def read_rows(path: Path) -> list[Row]:
    """Read what is worth naming: places of some size, seats of a division, sections of a city."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        row = Row(
            geoname_id=cells[0],
            name=cells[1],
            lat=float(cells[4]),
            lon=float(cells[5]),
            kind=cells[7],
            country=cells[8],
            division=cells[10],
            county=cells[11],
            population=int(cells[14]),
        )
        if row.population >= _LEAST_POPULATION or row.kind in (*_SEATS, _SECTION):
            rows.append(row)
    return rows


def city_of(section: Row, cities: Iterable[Row]) -> str:
    """Name the city that pulls hardest at a section: most inhabitants by squared distance.

    That is Reilly's law of retail gravitation. Empty if no city is near: then it is one itself.
    """
    best, pull = "", 0.0
    for city in cities:
        east = (city.lon - section.lon) * math.cos(math.radians(section.lat))
        km = 111.2 * math.hypot(city.lat - section.lat, east)
        if km <= _PULL_KM and city.population / max(km, 0.5) ** 2 > pull:
            best, pull = city.name, city.population / max(km, 0.5) ** 2
    return best


def name_cities(rows: list[Row]) -> Iterator[tuple[Row, str]]:
    """Pair every place with the name of the city it is a section of, or ''."""
    by_id = {row.geoname_id: row for row in rows}
    cities = defaultdict(list)
    for row in rows:
        if row.kind != _SECTION and row.parent_id is None:
            cities[row.country, row.division].append(row)
    for row in rows:
        if row.parent_id is not None:
            yield row, by_id[row.parent_id].name
        elif row.kind == _SECTION:
            yield row, city_of(row, cities[row.country, row.division])
        else:
            yield row, ""


def lay_out(rows: list[Row], countries: dict[str, dict[str, str]]) -> Iterator[str]:
    """Write a line a country, with its places below: name, lon, lat and, of a section, the city."""
    country = ""
    ordered = sorted(rows, key=lambda row: (row.country, row.division, row.lat, row.geoname_id))
    for row, city in name_cities(ordered):
        if row.country != country:
            country = row.country
            yield countries[country]["name"]
        cells = [row.name, f"{row.lon:.3f}", f"{row.lat:.3f}", *([city] if city else [])]
        yield "\t".join(cells)


def main() -> None:
    """Write places.tsv.xz beside this file."""
    cities, countries = (Path(argument) for argument in sys.argv[1:])
    lines = lay_out(read_rows(cities), json.loads(countries.read_text(encoding="utf-8")))
    packed = lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME)
    Path(__file__).with_name("places.tsv.xz").write_bytes(packed)


if __name__ == "__main__":
    main()

"""Which places may be shown: those where enough suppliers stand that none is told by it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """Published pictures of one named place."""

    place_id: int
    country: str
    city: str
    neighbourhood: str
    """'' where none is known."""
    images: int
    supplier_ids: frozenset[int]
    lon: float
    """Mean of the shown points, as is `lat`, in degrees."""
    lat: float


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A neighbourhood, a city or a country, with the pictures that are shown there.

    What is empty of `city` and `neighbourhood` is not told.
    """

    country: str
    city: str
    neighbourhood: str
    images: int
    suppliers: int
    lon: float
    lat: float

    @property
    def name(self) -> str:
        """From small to large, with commas between."""
        return ", ".join(filter(None, (self.neighbourhood, self.city, self.country)))


@dataclass(frozen=True)
class Crowded:
    """What may be shown of all places."""

    places: list[ShownPlace]
    """Those with most pictures first."""
    by_id: Mapping[int, ShownPlace]
    """What stands for each place; one that is absent is not told at all."""
    hidden_images: int
    """Pictures with a place that is not told."""

    def tell(self, place_id: int | None) -> tuple[str | None, str | None, str | None]:
        """Return country, city and neighbourhood of a place, None for what is not told."""
        place = None if place_id is None else self.by_id.get(place_id)
        if place is None:
            return None, None, None
        return place.country, place.city or None, place.neighbourhood or None


def gather(spots: Iterable[Spot], *, least_suppliers: int) -> Crowded:
    """Show each place by its most exact name under which enough suppliers stand together.

    The places of a city that are too few alone are counted together as the city, what is still
    too few of a country as the country, each supplier once; the rest is not shown. What is shown
    at a larger name never holds what a smaller one shows, so that no difference tells the rest.
    """
    waiting = list(spots)
    by_id: dict[int, ShownPlace] = {}
    for exactness in (3, 2, 1):
        groups: dict[tuple[str, ...], list[Spot]] = defaultdict(list)
        for spot in waiting:
            groups[_names(spot)[:exactness]].append(spot)
        waiting = []
        for names, group in groups.items():
            shown = _together(names, group)
            if shown.suppliers >= least_suppliers:
                by_id.update(dict.fromkeys((spot.place_id for spot in group), shown))
            else:
                waiting += group
    places = sorted({*by_id.values()}, key=lambda place: (-place.images, place.name))
    return Crowded(places, by_id, sum(spot.images for spot in waiting))


def _names(spot: Spot) -> tuple[str, str, str]:
    return spot.country, spot.city, spot.neighbourhood


def _together(names: tuple[str, ...], group: list[Spot]) -> ShownPlace:
    images = sum(spot.images for spot in group)
    country, city, neighbourhood = (*names, "", "")[:3]
    return ShownPlace(
        country=country,
        city=city,
        neighbourhood=neighbourhood,
        images=images,
        suppliers=len(frozenset().union(*(spot.supplier_ids for spot in group))),
        lon=sum(spot.lon * spot.images for spot in group) / images,
        lat=sum(spot.lat * spot.images for spot in group) / images,
    )

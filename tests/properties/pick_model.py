"""The reference: what a recipe comes to, decided picture by picture by walking plain data."""

import hashlib
import math
from dataclasses import dataclass, field

from hub.rules.licences import properties_of
from hub.rules.quality import Measures, issues_of


@dataclass(frozen=True)
class Image:
    image_id: str
    size_bytes: int
    status: str
    split: str
    width_px: int
    height_px: int
    licence: str
    source: str
    supplier: str
    place: tuple[str, str] | None
    point: tuple[float, float] | None
    """Longitude and latitude."""
    taken_on: str | None
    measures: tuple | None
    """brightness_p5, brightness_p99, information, sharpness, is_grey."""
    claims: dict = field(hash=False)
    """label -> (value, is_verified)"""


@dataclass(frozen=True)
class World:
    labels: list[str]
    edges: set
    """(child, parent, kind)"""
    images: list[Image]
    least_suppliers: int = 1

    def reach(self, label, kinds, *, upward=False):
        found, waiting = set(), [label]
        while waiting:
            here = waiting.pop()
            found.add(here)
            for child, parent, kind in self.edges:
                start, end = (child, parent) if upward else (parent, child)
                if start == here and kind in kinds and end not in found:
                    waiting.append(end)
        return found

    def state(self, image, label, recipe, *, with_descendants):
        kinds = {"is-a"} if with_descendants else set()
        for denied in self.reach(label, kinds, upward=True):
            if image.claims.get(denied, ("", False))[0] == "negative":
                return "negative"
        for shown in self.reach(label, kinds | ({"part-of"} if recipe.with_parts else set())):
            value, is_verified = image.claims.get(shown, ("", False))
            if value == "positive" and (is_verified or not recipe.verified_only):
                return "positive"
        return "unknown"

    def picked(self, image, recipe):
        return {
            label
            for label in recipe.picked
            if self.state(image, label, recipe, with_descendants=recipe.with_descendants)
            == "positive"
        }

    def told(self, image):
        """Return what may be told of where it was taken: country and city, the country, nothing."""
        seen = {one.place for one in self.images if one.status == "published" and one.point}
        is_shown = image.place in seen and self.is_crowded({image.place})
        if is_shown:
            return image.place
        rest = {place for place in seen - {None} if not self.is_crowded({place})}
        beside = {place for place in rest if image.place in rest and place[0] == image.place[0]}
        return (image.place[0], None) if self.is_crowded(beside) else (None, None)

    def is_crowded(self, places):
        brought = [one for one in self.images if one.status == "published" and one.place in places]
        return None not in places and len({one.supplier for one in brought}) >= self.least_suppliers

    def is_wanted(self, image, recipe):
        if image.status != "published" or not passes(image, recipe, self.told(image)):
            return False
        for label in recipe.none_of:
            if self.state(image, label, recipe, with_descendants=True) == "positive":
                return False
        picked = self.picked(image, recipe)
        if picked >= set(recipe.all_of) and (picked & set(recipe.labels) or not recipe.labels):
            return True
        return recipe.with_negatives and any(
            self.state(image, label, recipe, with_descendants=recipe.with_descendants) == "negative"
            for label in recipe.picked
        )

    def resolve(self, recipe):
        """Return image_id -> labels picked by."""
        wanted = [image for image in self.images if self.is_wanted(image, recipe)]
        found = {image.image_id: self.picked(image, recipe) for image in wanted}
        return cap(found, recipe) if recipe.max_per_label or recipe.balance else found


def cap(found, recipe):
    counts = {label: sum(label in picked for picked in found.values()) for label in recipe.picked}
    limits = [recipe.max_per_label] if recipe.max_per_label else []
    limits += [min(counts.values())] if recipe.balance else []
    taken, kept = dict.fromkeys(recipe.picked, 0), {}
    for image_id in sorted(found, key=lambda one: rank(recipe.seed, one)):
        if all(taken[label] < min(limits) for label in found[image_id]):
            kept[image_id] = found[image_id]
            for label in found[image_id]:
                taken[label] += 1
    return kept


def rank(seed, image_id):
    return hashlib.sha256(f"{seed}:{image_id}".encode()).digest()


def passes(image, recipe, told):
    has = properties_of(image.licence)
    asked = recipe.licence_with + recipe.licence_without
    country, city = told
    checks = [
        not recipe.splits or image.split in recipe.splits,
        min(image.width_px, image.height_px) >= recipe.min_side_px,
        not recipe.licences or image.licence in recipe.licences,
        not asked or has is not None,
        set(recipe.licence_with) <= (has or set(recipe.licence_with)),
        not set(recipe.licence_without) & (has or set()),
        not recipe.countries or is_one_of(country, recipe.countries),
        not recipe.cities or is_one_of(city, recipe.cities),
        not recipe.within or (city is not None and is_within(image.point, recipe.within)),
        not recipe.taken_from or (image.taken_on or "") >= recipe.taken_from,
        not recipe.taken_until or (image.taken_on or "~") <= recipe.taken_until,
        not recipe.suppliers or image.supplier in recipe.suppliers,
        not recipe.sources or image.source.startswith(recipe.sources),
        has_quality(image, recipe.without_quality),
    ]
    return all(checks)


def is_one_of(name, names):
    return name is not None and name.lower() in {one.lower() for one in names}


def is_within(point, box):
    if point is None:
        return False
    west, south, east, north = box
    lon, lat = (math.floor(one * 10) / 10 + 0.05 for one in point)
    is_between = west <= lon <= east if west <= east else lon >= west or lon <= east
    return is_between and south <= lat <= north


def has_quality(image, unwanted):
    if image.measures is None:
        # Of a picture that was not measured only its shape is known.
        measures = Measures(image.width_px, image.height_px, 0, 1, 1, 1, False)
        return not set(unwanted) - {"odd_aspect_ratio"} and not set(unwanted) & set(
            issues_of(measures)
        )
    return not set(unwanted) & set(
        issues_of(Measures(image.width_px, image.height_px, *image.measures))
    )

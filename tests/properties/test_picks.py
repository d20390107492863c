"""Random catalogues and recipes: what Postgres picks, beside a reference that walks plain data."""

import hashlib
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.catalogue.labels import put_closure
from hub.rules.recipe_keys import CHOSEN_QUALITY
from hub.rules.recipes import make_recipe
from hub.rules.splits import SPLITS
from hub.services.picks import Pick
from tests.properties.pick_model import Image, World

LABELS = ["Ape", "Bat", "Cat", "Dog", "Elk"]
LICENCES = ["CC0 1.0", "CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "unknown"]
SUPPLIERS = ["ann", "bob"]
PLACES = [("US", "New York"), ("US", "Boston"), ("PE", "Lima")]
SOURCES = ["", "https://a.example/1", "https://b.example/%_"]
DAYS = ["2024-01-01", "2024-06-30", "2024-12-31"]
# Tenths and their neighbours: where the cells of a point begin.
DEGREES = st.sampled_from([-179.95, -0.1, -0.05, 0.0, 0.049, 0.1, 12.3, 45.0, 89.9])
SHARES = st.sampled_from([0.0, 0.29, 0.290001, 0.3, 0.319999, 0.32, 0.9, 0.95, 0.950001, 1.0])
EDGES = st.sets(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["is-a", "part-of"]))
    # Upward in the alphabet, so that no cycle comes about.
    .filter(lambda edge: edge[0] > edge[1]),
    max_size=6,
)
VALUES = st.sampled_from(["positive", "positive", "positive", "negative", "proposed"])
images = st.builds(
    Image,
    image_id=st.integers(0, 10**6).map(lambda n: hashlib.sha256(str(n).encode()).hexdigest()),
    size_bytes=st.integers(1, 1000),
    status=st.sampled_from(["published"] * 5 + ["withdrawn"]),
    split=st.sampled_from(SPLITS),
    width_px=st.sampled_from([100, 256, 1024, 3000]),
    height_px=st.sampled_from([100, 256, 350, 768]),
    licence=st.sampled_from(LICENCES),
    source=st.sampled_from(SOURCES),
    supplier=st.sampled_from(SUPPLIERS),
    place=st.none() | st.sampled_from(PLACES),
    point=st.none() | st.tuples(DEGREES, DEGREES.filter(lambda lat: abs(lat) <= 90)),
    taken_on=st.none() | st.sampled_from(DAYS),
    measures=st.none() | st.tuples(SHARES, SHARES, SHARES, SHARES, st.booleans()),
    claims=st.dictionaries(
        st.sampled_from(LABELS), st.tuples(VALUES, st.booleans()), min_size=1, max_size=3
    ),
)
worlds = st.builds(
    World,
    labels=st.just(LABELS),
    edges=EDGES.map(lambda edges: {(LABELS[low], LABELS[high], k) for low, high, k in edges}),
    images=st.lists(images, max_size=12, unique_by=lambda image: image.image_id),
    least_suppliers=st.integers(1, 3),
)


def some(items):
    return st.lists(st.sampled_from(items), max_size=2)


FILTERS = {
    "splits": some(SPLITS),
    "min_side_px": st.sampled_from([0, 101, 256]),
    "licences": some(LICENCES),
    "licence_with": some(["commercial", "changes"]),
    "licence_without": some(["attribution", "share-alike"]),
    "countries": some(["us", "PE"]),
    "cities": some(["boston", "Lima"]),
    "within": st.sampled_from([[], [-10, -10, 12.35, 45.1], [170, -90, -170, 90], [0, 0, 0.05, 1]]),
    "taken_from": st.none() | st.sampled_from(DAYS),
    "taken_until": st.none() | st.just("2024-12-31"),
    "suppliers": some(SUPPLIERS),
    "sources": some(["https://a", "https://b.example/%_", "https://b.example/x"]),
    "without_quality": some(CHOSEN_QUALITY),
    "max_per_label": st.sampled_from([0, 1, 2, 5]),
    "balance": st.booleans(),
    "seed": st.integers(0, 3),
}
TERMS = {
    "all_of": some(LABELS),
    "none_of": some(LABELS),
    "with_descendants": st.booleans(),
    "with_parts": st.booleans(),
    "with_negatives": st.booleans(),
    "verified_only": st.booleans(),
}


@st.composite
def recipes(draw):
    """Recipes of all terms and a few filters: with many, nothing would pass."""
    few = draw(st.lists(st.sampled_from([*FILTERS]), max_size=3, unique=True))
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=3))
    terms = draw(st.fixed_dictionaries({}, optional=TERMS))
    first = "labels" if draw(st.booleans()) else "all_of"
    return make_recipe({**terms, first: labels, **{key: draw(FILTERS[key]) for key in few}})


class Catalogue:
    """Puts a world into a transaction of a real catalogue, which is rolled back."""

    def __init__(self, db, world):
        self.cursor = db.cursor()
        self.ids = self.add_labels(world)
        put_closure(db, label_ids=[*self.ids.values()])
        self.files = {
            name: self.add_supplier(name, number) for number, name in enumerate(SUPPLIERS, 1)
        }
        self.places = {
            place: self.ask(
                "INSERT INTO place (country, city) VALUES (%s, %s) RETURNING place_id", *place
            )
            for place in PLACES
        }
        for image in world.images:
            self.add_image(image)
        self.ask("REFRESH MATERIALIZED VIEW place_count")

    def ask(self, statement, *values):
        self.cursor.execute(statement, values)
        return self.cursor.fetchone()[0] if self.cursor.description else None

    def add_labels(self, world):
        ids = {}
        for name in world.labels:
            ids[name] = self.ask(
                "INSERT INTO label (label_key) VALUES (%s) RETURNING label_id", name
            )
            self.ask(
                "INSERT INTO label_name VALUES (%s, %s, %s, false)", name.lower(), ids[name], name
            )
        for child, parent, kind in world.edges:
            self.ask("INSERT INTO label_edge VALUES (%s, %s, %s)", ids[child], ids[parent], kind)
        return ids

    def add_supplier(self, name, number):
        user = self.ask(
            "INSERT INTO hub_user (name, role) VALUES (%s, 'supplier') RETURNING user_id", name
        )
        self.ask("INSERT INTO batch (batch_no, file_count, status) VALUES (%s, 1, 'ended')", number)
        self.ask(
            "INSERT INTO receipt (receipt_no, supplier_id, batch_no, file_count)"
            " VALUES (%s, %s, %s, 1)",
            number,
            user,
            number,
        )
        submission = self.ask(
            "INSERT INTO submission (receipt_no, label_id) VALUES (%s, %s) RETURNING submission_id",
            number,
            min(self.ids.values()),
        )
        return number, self.ask(
            "INSERT INTO submission_file"
            " (submission_id, path, sha256, size_bytes, licence, author)"
            " VALUES (%s, 'a', 'x', 1, '', '') RETURNING file_id",
            submission,
        )

    def add_image(self, image):
        batch_no, file_id = self.files[image.supplier]
        lon, lat = image.point or (None, None)
        dark = image.measures or (None,) * 5
        self.ask(
            "INSERT INTO image (image_id, status, file_id, batch_no, label_key, split, group_id,"
            " format, width_px, height_px, size_bytes, crc32, licence, author, source, taken_at,"
            " lon, lat, shown_lon, shown_lat, place_id, brightness_p5, brightness_p99, information,"
            " sharpness, is_grey) VALUES (%s, %s, %s, %s, 'x', %s, 'g', 'jpeg', %s, %s, %s, 0, %s,"
            " '', %s, %s::date + time '23:59:59', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            *(image.image_id, image.status, file_id, batch_no, image.split, image.width_px),
            *(image.height_px, image.size_bytes, image.licence, image.source, image.taken_on),
            *(lon, lat, lon, lat, self.places.get(image.place), *dark),
        )
        for label, (value, is_verified) in image.claims.items():
            self.ask(
                "INSERT INTO label_claim (image_id, label_id, value, source, is_verified)"
                " VALUES (%s, %s, %s, 'import', %s)",
                *(image.image_id, self.ids[label], value, is_verified or value == "negative"),
            )


@pytest.mark.usefixtures("db")
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds, some_recipes=st.lists(recipes(), min_size=1, max_size=4))
def test_a_recipe_picks_what_the_reference_picks(db, world, some_recipes):
    try:
        Catalogue(db, world)
        for recipe in some_recipes:
            check(db, recipe, world)
    finally:
        db.rollback()


LIMITS = [
    *({"taken_from": day, "taken_until": day} for day in DAYS),
    *({"without_quality": [kind]} for kind in CHOSEN_QUALITY),
    *({"min_side_px": side} for side in (101, 256, 350)),
    {"within": [-0.1, 0.0, -0.05, 0.05]},
    {"within": [0.0, 0.1, 0.05, 0.16]},
]


def image_at(number, day, share, point):
    return Image(
        image_id=hashlib.sha256(str(number).encode()).hexdigest(),
        size_bytes=1,
        status="published",
        split="train",
        width_px=[100, 1000][number % 2],
        height_px=[100, 256, 350, 351][number % 4],
        licence="CC0 1.0",
        source="",
        supplier="ann",
        place=PLACES[0],
        point=point,
        taken_on=day,
        measures=(share, share, share, share, number % 2 == 0),
        claims={"Ape": ("positive", False)},
    )


def test_limits_are_met_exactly(db):
    at = product(
        DAYS, [0.28, 0.29, 0.3, 0.319999, 0.32, 0.95, 0.950001], [(0.049, 0.1), (-0.05, 0.0)]
    )
    world = World(LABELS, set(), [image_at(number, *each) for number, each in enumerate(at)])
    Catalogue(db, world)
    for limit in LIMITS:
        recipe = make_recipe({"labels": ["Ape"], **limit})
        expected = world.resolve(recipe)
        assert 0 < len(expected) < len(world.images)
        check(db, recipe, world)


def check(db, recipe, world):
    pick, expected = Pick(db, recipe, least_suppliers=world.least_suppliers), world.resolve(recipe)
    images = {one.image_id: one for one in world.images}
    listed = {one.image_id: {label.name for label in one.picked} for one in pick.pictures()}
    assert listed == expected
    for one in pick.pictures():
        assert (one.country, one.city) == world.told(images[one.image_id])
    assert [*listed] == sorted(listed)
    counted = pick.count()
    assert counted.images == len(expected)
    assert counted.bytes == sum(images[image_id].size_bytes for image_id in expected)
    assert counted.per_label == {
        label: sum(label in picked for picked in expected.values()) for label in pick.recipe.picked
    }
    assert {one.image_id for one in pick.sample(5)} <= expected.keys()
    assert len(pick.sample(5)) == min(5, len(expected))

import pytest

from hub.errors import NotFound
from hub.rules.recipes import make_recipe
from hub.services.fast_counts import find_fast
from hub.services.pick_views import look
from hub.services.picks import Pick

SIZES = (1, 2, 3, 4, 511, 512, 513, 1023, 1024, 70_000)
LABELS = (("Apple",), ("Banana",), ("Apple", "Banana"), ("Orange", "Toy"))


@pytest.fixture
def pictures(published):
    """Forty pictures of fruit; the lake is not asked."""
    for number in range(40):
        size = SIZES[number % len(SIZES)]
        published.add(
            b"%d" % number,
            *LABELS[number % len(LABELS)],
            size_bytes=size,
            split=("train", "validation", "test")[number % 3],
            licence=("CC BY 4.0", "CC0 1.0")[number % 2],
        )
    published.recount()
    return published


RECIPES = [
    {"labels": ["Fruit"], "with_descendants": True},
    {"labels": ["Fruit"], "with_descendants": True, "none_of": ["Banana"]},
    {"labels": ["Apple", "Toy"], "splits": ["train", "test"]},
    {"all_of": ["Apple", "Banana"], "licences": ["CC BY 4.0"]},
    {"labels": ["Fruit"]},
]


@pytest.mark.parametrize("values", RECIPES, ids=str)
def test_bitmaps_and_rows_say_the_same_of_a_pick(db, pictures, values):
    recipe = make_recipe(values)
    assert find_fast(db, recipe).spread(db) == Pick(db, recipe, least_suppliers=3).spread()


@pytest.mark.parametrize("values", RECIPES[:-1], ids=str)
@pytest.mark.parametrize("more", [{}, {"min_side_px": 1}, {"max_per_label": 3}])
def test_what_is_looked_at_is_what_is_counted(db, pictures, values, more):
    recipe = make_recipe({**values, **more})
    seen = look(db, recipe, least_suppliers=3)
    images = Pick(db, recipe, least_suppliers=3).count().images
    assert images
    assert {sum(one.values()) for one in (seen.splits, seen.licences, seen.sizes)} == {images}
    assert len(seen.pictures) == min(images, 24)
    assert seen.is_newest == (not more)


def test_pictures_are_the_newest_and_say_what_they_show(db, pictures):
    seen = look(db, make_recipe({"labels": ["Toy"]}), most=3, least_suppliers=3)
    with db.cursor() as cursor:
        cursor.execute("SELECT image_id FROM image ORDER BY image_no DESC")
        newest = [image_id for (image_id,) in cursor][::4]
    assert [one.image_id for one in seen.pictures] == newest[:3]
    assert {tuple(one.labels) for one in seen.pictures} == {("Orange", "Toy")}


def test_sizes_are_told_by_powers_of_two(db, pictures):
    seen = look(db, make_recipe({"labels": ["Fruit"], "with_descendants": True}), least_suppliers=3)
    assert seen.sizes == {0: 4, 1: 8, 2: 4, 8: 4, 9: 12, 10: 4, 16: 4}


def test_nothing_looks_like_nothing(db, pictures):
    seen = look(db, make_recipe({"labels": ["Dog"]}), least_suppliers=3)
    assert (seen.pictures, seen.splits, seen.licences, seen.sizes) == ([], {}, {}, {})


def test_an_unknown_label_is_named(db, pictures):
    with pytest.raises(NotFound, match="Dgo"):
        look(db, make_recipe({"labels": ["Dgo"]}), least_suppliers=3)

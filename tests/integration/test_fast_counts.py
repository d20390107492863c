import pytest

from hub.errors import NotFound
from hub.rules.recipes import Recipe
from hub.services.counting import recount
from hub.services.fast_counts import Counted, count_fast, list_newest
from hub.services.labels import find_label, seed_labels
from tests.fixtures.claims import Pictures


@pytest.fixture
def pictures(db):
    seed_labels(db)
    return Pictures(db)


def label_id(db, name):
    return find_label(db, name).label_id


def test_a_label_counts_narrower_ones_only_where_that_is_asked(db, pictures):
    pictures.publish(label_id(db, "Dog"), label_id(db, "Car"))
    pictures.publish(label_id(db, "Cat"))
    narrow = Recipe(labels=("Dog", "Mammal"))
    wide = Recipe(labels=("Dog", "Mammal"), with_descendants=True)
    assert count_fast(db, narrow) == Counted(1, 1, {"Dog": 1, "Mammal": 0})
    assert count_fast(db, wide) == Counted(2, 2, {"Dog": 1, "Mammal": 2})


def test_a_negative_claim_takes_a_picture_out_of_every_narrower_label(db, pictures):
    image_id = pictures.publish(label_id(db, "Dog"))
    pictures.deny(image_id, label_id(db, "Mammal"))
    found = {
        name: count_fast(db, Recipe(labels=(name,), with_descendants=True)).images
        for name in ("Dog", "Mammal", "Animal")
    }
    assert found == {"Dog": 0, "Mammal": 0, "Animal": 1}
    assert count_fast(db, Recipe(labels=("Dog",))).images == 1


def test_labels_go_by_any_of_their_names_and_count_once(db, pictures):
    pictures.publish(label_id(db, "Teddy bear"))
    recipe = Recipe(labels=("teddy_bear", "Teddy bear"))
    assert count_fast(db, recipe).per_label == {"Teddy bear": 1}


def test_an_unknown_label_is_named(db, pictures):
    with pytest.raises(NotFound, match="no label 'Dgo'; did you mean 'Dog'"):
        count_fast(db, Recipe(labels=("Dgo",)))


@pytest.mark.parametrize(
    "more",
    [
        {"with_parts": True},
        {"with_negatives": True},
        {"verified_only": True},
        {"min_side_px": 1},
        {"countries": ("Italy",)},
        {"max_per_label": 5},
        {"balance": True},
        {"without_quality": ("blurry",)},
    ],
)
def test_what_bitmaps_do_not_know_is_left_to_the_rows(db, pictures, more):
    assert count_fast(db, Recipe(labels=("Dog",), **more)) is None


def test_pages_of_a_label_go_from_its_newest_picture_to_its_oldest(db, pictures):
    dog = label_id(db, "Dog")
    published = [pictures.publish(dog) for _ in range(5)]
    pictures.withdraw(published[2])
    first = list_newest(db, "Dog", most=3)
    rest = list_newest(db, "Dog", most=3, before=first[-1].image_no)
    listed = [picture.image_id for picture in (*first, *rest)]
    assert [len(first), len(rest)] == [3, 1]
    assert listed == [published[number] for number in (4, 3, 1, 0)]


@pytest.mark.parametrize(
    ("damage", "subject"),
    [
        ("DELETE FROM bitmap WHERE facet = 'own'", "bitmap own Dog"),
        ("UPDATE bitmap SET bits = ~bits WHERE facet = 'split'", "bitmap split train"),
        ("UPDATE image SET size_bytes = 3", "bitmap size 1"),
        ("UPDATE bitmap SET bits = ~bits WHERE facet = 'rollup'", "bitmap rollup Entity"),
    ],
)
def test_a_recount_names_the_bitmaps_that_differ(db, pictures, damage, subject):
    pictures.publish(label_id(db, "Dog"))
    assert recount(db) == []
    with db.cursor() as cursor:
        cursor.execute(damage)
    assert subject in {found.subject for found in recount(db) if found.kind == "bitmap_differs"}

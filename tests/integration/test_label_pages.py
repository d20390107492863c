from dataclasses import replace

import pytest

from hub.catalogue import trainings
from hub.errors import NotFound
from hub.rules.crowding import Crowded
from hub.services.accounts import add_user
from hub.services.counting import counting
from hub.services.label_pages import (
    find_label,
    list_cards,
    list_pictures,
    show_label,
)
from hub.services.labels import find_label as label_of
from hub.services.trainings import list_wanted

NOWHERE = Crowded([], {}, 0)
BEAR = "m_01dws"


@pytest.fixture
def bears(published):
    """Three bears of two kinds, and a dog that came first."""
    published.dog = published.add(b"dog", "Dog")
    published.brown = [published.add(b"brown %d" % n, "Brown bear") for n in range(2)]
    published.bear = published.add(b"bear", "Bear", split="test", licence="MIT")
    published.recount()
    published.db.commit()
    return published


def cards(db, **asked):
    return list_cards(db, evidence="supplier", **asked)


def names(db, **asked):
    return [card.name for card in cards(db, **asked).cards]


def shown(db, key=BEAR, least=100):
    return show_label(db, key, evidence="supplier", least=least, places=NOWHERE)


def test_labels_are_sorted_by_name_and_by_pictures(bears):
    found = names(bears.db, filters=["pictures"], sort="name", most=100)
    assert found == sorted(found, key=str.casefold)
    assert {"Bear", "Brown bear", "Dog", "Animal"} <= {*found}
    assert names(bears.db, sort="own", most=1) == ["Brown bear"]
    largest = cards(bears.db, sort="images", most=3).cards
    assert [card.rollup for card in largest] == [4, 4, 4]


def test_labels_whose_pictures_came_last_come_first(bears):
    found = names(bears.db, filters=["pictures"], sort="newest", most=100)
    assert found.index("Bear") < found.index("Brown bear") < found.index("Dog")


def test_labels_that_most_users_watch_come_first(bears):
    users = [add_user(bears.db, name, role="premium") for name in ("pat", "pia")]
    watched = {"Zebra": users, "Dog": users[:1]}
    for name, who in watched.items():
        for user in who:
            label_id = label_of(bears.db, name).label_id
            trainings.put_watches(bears.db, [label_id], user_id=user.user_id, least=3)
    assert names(bears.db, sort="watched", most=2) == ["Zebra", "Dog"]


def test_pages_of_labels_meet_and_say_how_many_there_are(bears):
    first = cards(bears.db, sort="name", most=301)
    second = cards(bears.db, sort="name", page=2, most=301)
    every = [card.name for card in (*first.cards, *second.cards)]
    assert first.found == second.found == len(every) == len({*every}) == 602
    assert cards(bears.db, page=9, most=100).found == 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ((), {"Bear", "Brown bear", "Human beard", "Polar bear", "Teddy bear"}),
        (("pictures",), {"Bear", "Brown bear"}),
        (("children",), {"Bear"}),
        (("trainable",), {"Bear"}),
        (("top",), set()),
    ],
)
def test_labels_are_found_by_part_of_a_name_and_by_filters(bears, filters, expected):
    assert {*names(bears.db, search="bEAR", filters=filters, least=3)} == expected


def test_a_card_shows_a_picture_of_its_label(bears):
    every = {card.name: card.image_id for card in cards(bears.db, most=602).cards}
    assert every["Dog"] == bears.dog
    assert every["Brown bear"] in bears.brown
    assert every["Bear"] in {*bears.brown, bears.bear}
    assert every["Zebra"] is None


def test_a_picture_that_is_withdrawn_is_not_shown(bears):
    with counting(bears.db, images=[bears.dog]), bears.db.cursor() as cursor:
        cursor.execute("UPDATE image SET status = 'withdrawn' WHERE image_id = %s", (bears.dog,))
    assert {card.name: card.image_id for card in cards(bears.db, most=602).cards}["Dog"] is None


def test_a_label_shows_what_lies_above_and_below_it(bears):
    found = shown(bears.db)
    assert [one.name for one in found.above] == ["Carnivore"]
    assert (found.below[0].name, found.below[0].rollup) == ("Brown bear", 2)
    assert found.cards[0].name == "Brown bear"


def test_splits_and_licences_count_every_picture_below(bears):
    found = shown(bears.db)
    assert found.splits["test"] >= 1
    assert sum(found.splits.values()) == sum(found.licences.values()) == found.label.rollup == 3
    assert found.licences == {"CC-BY-4.0": 2, "MIT": 1}


def test_the_newest_pictures_come_first_in_pages(bears):
    label = find_label(bears.db, BEAR, evidence="supplier")
    first = list_pictures(bears.db, label, most=2)
    second = list_pictures(bears.db, label, before=first[-1].image_no, most=2)
    found = [one.image_id for one in (*first, *second)]
    assert found == [bears.bear, *reversed(bears.brown)]


def test_sizes_are_told_of_a_stated_sample(bears):
    found = shown(bears.db)
    assert found.sampled == 3
    assert [(bar.name, bar.count) for bar in found.sides] == [("299 to 500", 3)]
    assert found.brightness == []


def test_a_label_without_pictures_is_shown_too(bears):
    key = label_of(bears.db, "Zebra").label_key
    found = shown(bears.db, key)
    assert (found.sampled, found.splits, found.cards) == (0, {}, [])
    assert [check.name for check in found.checks] == ["Enough to train"]
    with pytest.raises(NotFound):
        shown(bears.db, "m_none")


def test_wanted_are_labels_that_are_watched_or_lack_least(bears):
    user = add_user(bears.db, "pat", role="premium")
    zebra = label_of(bears.db, "Zebra").label_id
    trainings.put_watches(bears.db, [zebra], user_id=user.user_id, least=3)
    least_three = replace(bears.settings, trainable_minimum=3)
    wanted = list_wanted(bears.db, least_three, most=3)
    assert [(one.name, one.trainable, one.watchers) for one in wanted] == [
        ("Zebra", 0, 1),
        ("Brown bear", 2, 0),
        ("Dog", 1, 0),
    ]

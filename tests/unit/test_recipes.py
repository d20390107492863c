from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import RecipeError
from hub.rules.recipes import Recipe, make_recipe, parse_recipe, recipe_values, with_labels
from tests.fixtures.recipes import recipes, values

BEAR = {"labels": ["Bear"]}


@given(recipes)
def test_a_recipe_is_made_again_of_what_it_says(recipe):
    assert make_recipe(recipe_values(recipe)) == recipe


@given(values, st.randoms())
def test_order_and_repeats_change_no_recipe(written, chance):
    lists = {key: value for key, value in written.items() if isinstance(value, list)}
    again = dict(written)
    for key, value in lists.items():
        if key != "within":
            again[key] = chance.sample(value, len(value)) + value
    keys = [*again]
    Random(chance.random()).shuffle(keys)
    try:
        recipe = make_recipe(written)
    except RecipeError:
        with pytest.raises(RecipeError):
            make_recipe(again)
        return
    assert make_recipe({key: again[key] for key in keys}) == recipe


def test_what_is_not_said_lets_every_picture_pass():
    assert make_recipe({"labels": ["Bear"]}) == Recipe(labels=("Bear",))
    assert make_recipe({"labels": ["Bear"], "min_side_px": None}) == Recipe(labels=("Bear",))
    assert recipe_values(Recipe(labels=("Bear",))) == {
        "labels": ["Bear"],
        "with_descendants": False,
    }


def test_a_recipe_is_read_from_toml_from_a_lock_and_with_dates_as_toml_writes_them():
    text = 'labels = ["Bear"]\ntaken_from = 2026-01-31\n'
    wanted = make_recipe({"labels": ["Bear"], "taken_from": date(2026, 1, 31).isoformat()})
    assert parse_recipe(text, where="F") == wanted
    assert parse_recipe(f'[subset]\nroot = "x"\n[recipe]\n{text}', where="F") == wanted


def test_licences_are_found_by_any_spelling():
    assert make_recipe({"labels": ["x"], "licences": ["cc-by-4.0"]}).licences == ("CC BY 4.0",)


def test_labels_become_canonical_and_stand_once():
    recipe = make_recipe({"labels": ["bear", "BEAR"], "none_of": ["toy"]})
    canonical = with_labels(recipe, str.title)
    assert (canonical.labels, canonical.none_of) == (("Bear",), ("Toy",))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({}, "names no label"),
        ({"none_of": ["Bear"]}, "names no label"),
        ({"label": ["Bear"]}, "has the key 'label', which no recipe has; the keys are labels,"),
        ({"labels": "Bear"}, 'labels is "Bear"; it must be a list of texts'),
        ({"labels": ["Be\x00ar"]}, "labels is"),
        ({"labels": ["\udcff"]}, "labels is"),
        ({"labels": [" "]}, "labels is"),
        ({"labels": ["x"] * 2 + [str(n) for n in range(1001)]}, "more than 1,000 labels"),
        ({**BEAR, "with_descendants": 1}, "with_descendants is 1; it must be true or false"),
        ({**BEAR, "min_side_px": True}, "min_side_px is true; it must be a whole number"),
        ({**BEAR, "min_side_px": -1}, "min_side_px is -1"),
        ({**BEAR, "seed": 2**31}, "seed is"),
        ({**BEAR, "splits": ["training"]}, "some of train, validation, test, none"),
        ({**BEAR, "licences": ["MIT", "mine"]}, "some of CC0 1.0"),
        (
            {**BEAR, "licence_with": ["commercial"], "licence_without": ["commercial"]},
            "with and without",
        ),
        ({**BEAR, "within": [1, 2, 3]}, r"within is \[1, 2, 3\]; it must be \[west"),
        ({**BEAR, "within": [0, 1, 0, float("nan")]}, "within is"),
        ({**BEAR, "within": [10**400, 0, 0, 0]}, "within is"),
        ({**BEAR, "within": [0, float("-inf"), 0, 0]}, "within is"),
        ({**BEAR, "seed": 10**5000}, "seed is what cannot be shown; it must be a whole number"),
        ({**BEAR, "within": [0, 10, 0, -10]}, "south is above north"),
        ({**BEAR, "taken_from": "2026-02-30"}, "a day such as 2026-01-31"),
        ({**BEAR, "taken_from": "20260131"}, "a day such as"),
        ({**BEAR, "taken_from": "2026-02-02", "taken_until": "2026-02-01"}, "is after"),
        ({**BEAR, "without_quality": ["odd_size"]}, "some of dark, light"),
    ],
)
def test_what_no_recipe_says_is_refused_with_the_key_and_the_remedy(written, said):
    with pytest.raises(RecipeError, match=f"^F.*{said}"):
        make_recipe(written, where="F")


@pytest.mark.parametrize(
    "text",
    ["labels = [", "recipe = 7", "[recipe]\n[recipe]", "x = " + "[" * 5000, "x = " + "9" * 5000],
)
def test_what_is_no_recipe_is_refused(text):
    with pytest.raises(RecipeError, match=r"^F"):
        parse_recipe(text, where="F")

"""The page to pick pictures, without a browser: its parts, and the recipes it gives to copy."""

import os
import subprocess
import sys

import pytest
from dash.development.base_component import Component

from dashboard.pages.pick import results
from dashboard.pages.pick.controls import controls, property_of, read_controls
from dashboard.pages.pick.ids import KEYS, SIDES, control
from hub.db import connect
from hub.rules.recipe_addresses import values_of
from hub.rules.recipe_snippets import as_command, as_python, as_request
from hub.rules.recipes import make_recipe, recipe_values
from hub.services import subsets
from hub.services.facets import LabelChoice
from tests.fixtures.shared import need_program
from tests.fixtures.sites import environment, hub_command

FULL = {
    "labels": ["Apple", "Toy"],
    "all_of": ["Fruit"],
    "none_of": ["Banana"],
    "with_descendants": True,
    "with_parts": True,
    "with_negatives": True,
    "verified_only": True,
    "splits": ["test", "train"],
    "min_side_px": 200,
    "licences": ["CC0 1.0"],
    "licence_with": ["changes"],
    "licence_without": ["share-alike"],
    "mixed_licences": True,
    "countries": ["Italy"],
    "cities": ["Rome"],
    "within": [-10.5, -5.0, 10.0, 5.0],
    "taken_from": "2026-01-01",
    "taken_until": "2026-02-01",
    "suppliers": ["ann"],
    "sources": ["https://a.example/, b"],
    "without_quality": ["blurry"],
    "max_per_label": 40,
    "balance": True,
    "seed": 7,
}


def parts_of(component):
    """Return every component of a tree by its id."""
    return {one.id: one for one in walk(component) if getattr(one, "id", None)}


def walk(component):
    if isinstance(component, Component):
        yield component
        yield from walk(getattr(component, "children", None))
    elif isinstance(component, list | tuple):
        for one in component:
            yield from walk(one)


def read_back(component):
    found = parts_of(component)
    said = [getattr(found[control(key)], property_of(key), None) for key in KEYS]
    return read_controls(said, [getattr(found[side], "value", None) for side in SIDES])


def test_controls_hold_every_key_of_a_recipe():
    assert set(FULL) == {*KEYS, "within"}
    assert read_back(controls(FULL, [])) == FULL


def test_controls_that_nobody_touched_say_nothing():
    assert read_back(controls({}, [])) == {}


@pytest.mark.parametrize("key", sorted(FULL))
def test_more_filters_are_open_where_one_of_them_is_set(key):
    closed = controls({"labels": ["Apple"]}, [])
    shown = [one.value for one in walk(closed) if type(one).__name__ == "Accordion"]
    assert shown == [None]
    opened = controls({key: FULL[key]}, [])
    [value] = [one.value for one in walk(opened) if type(one).__name__ == "Accordion"]
    in_front = {"labels", "all_of", "none_of", "with_descendants", "verified_only", "splits"}
    assert (value == "more") == (key not in in_front | {"max_per_label", "licence_with"})


def test_it_is_said_that_places_with_few_suppliers_are_left_out():
    assert "too few suppliers stand are left out" in texts(controls({}, []))


def test_labels_can_be_found_by_their_other_names():
    form = controls({}, [LabelChoice("Teddy bear", ("Plush bear",), 1200, 1100)])
    [choice] = parts_of(form)[control("labels")].data
    assert (choice["value"], choice["images"], choice["other"]) == (
        "Teddy bear",
        "1,200",
        "Plush bear",
    )


def texts(component):
    return " ".join(
        one.children for one in walk(component) if isinstance(getattr(one, "children", None), str)
    )


@pytest.mark.parametrize(
    ("licences", "is_mixed", "said", "unsaid"),
    [
        (["CC0 1.0"], False, "For all of them, commercial use is allowed", "credited"),
        (["CC BY-NC 4.0", "CC0 1.0"], False, "Not for all of them, commercial use", "shared alike"),
        (["CC BY 4.0"], False, "authors must be credited", "go together"),
        (["CC BY-SA 4.0", "CC BY-NC 4.0"], False, "leave out share-alike", "all the same"),
        (["CC BY-SA 4.0", "CC BY-NC 4.0"], True, "all the same", "leave out"),
        (["unknown"], False, "nobody can say what is allowed", "credited"),
    ],
)
def test_what_licences_allow_together_is_explained(licences, is_mixed, said, unsaid):
    found = texts(results.terms_of(licences, is_mixed=is_mixed))
    assert said in found
    assert unsaid not in found


@pytest.mark.parametrize(
    ("power", "text"),
    [(0, "1 to 2 bytes"), (9, "512 to 1,024 bytes"), (10, "1 to 2 KiB"), (21, "2 to 4 MiB")],
)
def test_sizes_are_said_in_words(power, text):
    assert results.size_text(power) == text


def test_markup_in_a_name_is_text():
    name = "<img src=x onerror=alert(1)>"
    shown = results.kept(name, "0" * 64, images=1, is_new=True)
    assert name in texts(shown)
    assert not any("dangerously" in str(one.to_plotly_json()) for one in walk(shown))


WANTED = {"labels": ["Fruit"], "none_of": ["Banana"], "with_descendants": True, "max_per_label": 3}


def test_the_copied_command_request_and_python_make_the_same_subset(published, site, tmp_path):
    need_program("curl")
    for number in range(12):
        name = ("Apple", "Banana", "Orange")[number % 3]
        published.add(b"%d" % number, name, licence="CC0 1.0")
    published.write_lake()
    recipe = make_recipe(values_of({key: _text(value) for key, value in WANTED.items()}))
    with connect(site.settings.database_url) as db:
        root = subsets.create(
            db, "by the page", recipe=recipe, settings=site.settings, by="eve"
        ).lock.root

    # Not beside the hub's home, which is called as a package is.
    folder = tmp_path / "work"
    folder.mkdir()
    given = {
        **environment(site.settings),
        "HUB_TOKEN": site.token("eve"),
        "PATH": path_with_hub(tmp_path),
    }
    shell = [
        as_command(recipe, name="by command"),
        as_request(recipe, name="by request", url=site.url).replace("curl", "curl -sS", 1),
        f"{sys.executable} pick.py",
    ]
    (folder / "pick.py").write_text(as_python(recipe, name="by python", url=site.url))
    for command in shell:
        subprocess.run(["sh", "-ec", command], env=given, cwd=folder, check=True)

    with connect(site.settings.database_url) as db:
        made = {one.name: one.root for one in subsets.list_subsets(db)}
    assert set(made) == {"by the page", "by command", "by request", "by python"}
    assert set(made.values()) == {root}
    assert f'root = "{root}"' in (folder / "subset.lock").read_text()
    assert len([*(folder / "pictures" / "images").iterdir()]) == 3
    assert recipe_values(recipe) == {**WANTED}


def _text(value):
    return "1" if value is True else ",".join(value) if isinstance(value, list) else str(value)


def path_with_hub(folder):
    """Return a PATH on which `hub` is the one of this checkout."""
    own = folder / "bin"
    own.mkdir()
    words = " ".join(f"'{word}'" for word in hub_command())
    (own / "hub").write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    (own / "hub").chmod(0o755)
    return f"{own}{os.pathsep}{os.environ['PATH']}"

"""However a recipe is written down, reading it back gives the same recipe."""

import json
import subprocess
from urllib.parse import parse_qs

import click
from hypothesis import example, given

from cluster.cli.recipes import make_recipe as recipe_of_options
from cluster.cli.recipes import recipe_options
from cluster.cli.subset import create
from hub.client import Hub
from hub.rules.recipe_addresses import query_of, values_of
from hub.rules.recipe_options import OPTIONS
from hub.rules.recipe_snippets import as_command, as_python, as_request
from hub.rules.recipes import Recipe, make_recipe, recipe_values
from tests.fixtures import recipes

HOSTILE = make_recipe(
    {
        "labels": [",", "\\", "\\,", "'; rm -rf ~; '", "$(id)", "--out", "a\u2028b", "%2C&x=1#"],
        "none_of": ["-", '"'],
        "within": [-10, -5.5, 10, 1e-7],
        "seed": 7,
    }
)


def parsed(query):
    return {key: values[0] for key, values in parse_qs(query, strict_parsing=True).items()}


@given(recipes.recipes)
@example(HOSTILE)
def test_the_query_of_an_address(recipe):
    assert make_recipe(values_of(parsed(query_of(recipe_values(recipe))))) == recipe


@given(recipes.recipes)
def test_equal_recipes_have_equal_addresses(recipe):
    values = recipe_values(recipe)
    assert query_of(values) == query_of(dict(reversed(values.items())))


def words_of(text):
    """Return what a shell makes of a command."""
    told = 'hub() { printf "%s\\0" hub "$@"; }; curl() { printf "%s\\0" curl "$@"; }\n'
    done = subprocess.run(["sh", "-c", told + text], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


def command_of(recipe, name="mine"):
    words = words_of(as_command(recipe, name=name))
    assert words[:3] == ["hub", "subset", "create"]
    context = create.make_context("create", words[3:])
    given = context.params
    assert (given.pop("name"), str(given.pop("out"))) == (name, "subset.lock")
    return recipe_of_options({key: value for key, value in given.items() if key in READ})


READ = {"recipe_file", *OPTIONS}


@given(recipes.recipes)
@example(HOSTILE)
def test_a_command(recipe):
    assert command_of(recipe) == recipe


def test_a_command_takes_any_name():
    assert command_of(Recipe(labels=("Bear",)), name="--out it's $HOME") == Recipe(labels=("Bear",))


@given(recipes.recipes)
@example(HOSTILE)
def test_a_request(recipe):
    words = words_of(as_request(recipe, name="mine", url="http://hub"))
    assert words[:2] == ["curl", "http://hub/api/v1/subsets"]
    asked = json.loads(words[words.index("-d") + 1])
    assert asked["name"] == "mine"
    assert make_recipe(asked["recipe"]) == recipe


@given(recipes.recipes)
@example(HOSTILE)
def test_python(recipe):
    text = as_python(recipe, name="it's", url="http://127.0.0.1:1")
    made = {}
    exec(text.split("\nsubset = ")[0], made)
    assert isinstance(made["hub"], Hub)
    assert made["pick"].recipe == recipe


def test_every_key_of_a_recipe_is_an_option_of_the_command():
    @click.command()
    @recipe_options
    def command(**wanted):
        pass

    options = {one.name: one.opts for one in command.params}
    assert {key: [option] for key, option in OPTIONS.items()} == {
        key: options[key] for key in OPTIONS
    }
    assert set(OPTIONS) == {*options} - {"recipe_file"}

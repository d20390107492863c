"""The same recipe for other hands: as a command, as a request by curl, and in Python."""

import json
import shlex

from hub.rules.recipe_options import OPTIONS
from hub.rules.recipes import Recipe, recipe_values

_NEXT = " \\\n  "


def as_command(recipe: Recipe, *, name: str) -> str:
    """Return the command of a POSIX shell that locks the recipe under a name."""
    lines = ["hub subset create", *_options(recipe), "--out subset.lock", f"-- {shlex.quote(name)}"]
    return _NEXT.join(lines)


def as_request(recipe: Recipe, *, name: str, url: str) -> str:
    """Return the request by curl that does the same; `url` is the hub's, the token HUB_TOKEN."""
    asked = json.dumps({"name": name, "recipe": recipe_values(recipe)}, ensure_ascii=False)
    lines = [
        f"curl {shlex.quote(f'{url}/api/v1/subsets')}",
        '-H "Authorization: Bearer $HUB_TOKEN"',
        "-H 'Content-Type: application/json'",
        f"-d {shlex.quote(asked)}",
    ]
    return _NEXT.join(lines)


def as_python(recipe: Recipe, *, name: str, url: str) -> str:
    """Return the Python that does the same and fetches the pictures; the token is HUB_TOKEN."""
    keys = "".join(f"    {key}={value!r},\n" for key, value in recipe_values(recipe).items())
    return (
        f"from hub.client import Hub\n\nhub = Hub({url!r})\npick = hub.pick(\n{keys})\n"
        f"subset = pick.lock({name!r})\n"
        'subset.pull("pictures")\n'
    )


def _options(recipe: Recipe) -> list[str]:
    said = []
    for key, value in recipe_values(recipe).items():
        option = OPTIONS[key]
        if isinstance(value, bool):
            said += [option] if value else []
        elif key == "within":
            said.append(f"{option} {' '.join(map(repr, value))}")
        elif isinstance(value, list):
            said += [f"{option} {shlex.quote(item)}" for item in value]
        else:
            said.append(f"{option} {value}")
    return said

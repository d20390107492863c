"""The rules of label names, keys and edges: how a name is read, compared and suggested."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from hub.errors import LabelError

LONGEST_NAME = 200
IS_A = "is-a"

_CONTROLS = ("Cc", "Cs", "Zl", "Zp")
# They turn the rest of a terminal's line around, so a name could pass for another.
_TURNS_TEXT = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
_MID = re.compile(r"(/[0-9a-z_]+)+", re.ASCII)
_LONGEST_MID = 100
_LONGEST_SLUG = 60


def fold_name(name: str) -> str:
    """Return what two spellings of one name have in common.

    Case, underscores, white space and Unicode's ways to compose a letter make no difference.
    """
    spaced = " ".join(unicodedata.normalize("NFC", name).replace("_", " ").split())
    # Folding can take a composed letter apart again.
    return unicodedata.normalize("NFC", spaced.casefold())


def clean_name(name: str) -> str:
    """Return the name as the hub prints it: spaces for underscores, none to spare.

    Raises LabelError for a name that is empty, too long, not printable, or reads as a path.
    """
    if any(map(_is_unprintable, name)):
        raise LabelError(f"The label name {name!r} has control characters in it; leave them out.")
    cleaned = " ".join(unicodedata.normalize("NFC", name).replace("_", " ").split())
    if not any(map(_is_visible, cleaned)):
        raise LabelError("A label's name is empty; give at least one character that can be seen.")
    if "/" in cleaned or cleaned in (".", ".."):
        raise LabelError(
            f"The label name {cleaned[:30]!r} reads as a path, but labels become folders' names;"
            " write it without '/'."
        )
    if len(cleaned) > LONGEST_NAME:
        raise LabelError(
            f"The label name '{cleaned[:30]}...' has {len(cleaned)} characters;"
            f" use at most {LONGEST_NAME}."
        )
    return cleaned


def _is_unprintable(character: str) -> bool:
    return (
        unicodedata.category(character) in _CONTROLS
        or unicodedata.bidirectional(character) in _TURNS_TEXT
    )


def _is_visible(character: str) -> bool:
    # Neither controls and formats, nor marks that need a letter to stand on, nor spaces.
    return unicodedata.category(character)[0] not in "CMZ"


def check_mid(mid: str) -> str:
    """Return a machine identifier such as /m/014j1m, or raise LabelError if it is not one."""
    if len(mid) > _LONGEST_MID or not _MID.fullmatch(mid):
        raise LabelError(f"{mid!r} is not a MID; it looks like /m/014j1m.")
    return mid


def label_key(name: str, mid: str | None, *, taken: Collection[str] = ()) -> str:
    """Return the immutable key of a new label, `m_014j1m` or, without a MID, `n_teddy_bear`."""
    wanted = mid.strip("/").replace("/", "_") if mid else f"n_{_slug(name)}"
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}_{number}"
    return key


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", fold_name(name)).encode("ascii", "ignore").decode()
    return re.sub(r"[^0-9a-z]+", "_", plain)[:_LONGEST_SLUG].strip("_") or "label"


def suggest_names(name: str, known: Mapping[str, str], *, most: int = 3) -> list[str]:
    """Return the known names closest to `name`, best first; `known` maps folded to printed."""
    close = difflib.get_close_matches(fold_name(name)[:LONGEST_NAME], known, n=most, cutoff=0.6)
    return list(dict.fromkeys(known[folded] for folded in close))


def explain_unknown(name: str, known: Mapping[str, str]) -> str:
    """Say in one sentence that there is no such label, and which one may be meant."""
    shown = "".join("?" if _is_unprintable(character) else character for character in name[:80])
    if close := suggest_names(name, known):
        return f"There is no label '{shown}'; did you mean {' or '.join(map(repr, close))}?"
    return f"There is no label '{shown}'; `hub label list` shows those there are."


def find_path(edges: Iterable[tuple[int, int]], start: int, *, goal: int) -> list[int] | None:
    """Return the labels on a shortest way up from `start` to `goal`, both included, or None.

    `edges` are (child, parent) of either kind.
    """
    parents: dict[int, list[int]] = {}
    for child, parent in sorted(edges):
        parents.setdefault(child, []).append(parent)
    came_from: dict[int, int | None] = {start: None}
    for label in (reached := [start]):
        if label == goal:
            return _way_back(came_from, goal)[::-1]
        for parent in parents.get(label, []):
            if parent not in came_from:
                came_from[parent] = label
                reached.append(parent)
    return None


def _way_back(came_from: Mapping[int, int | None], last: int) -> list[int]:
    way, step = [last], came_from[last]
    while step is not None:
        way.append(step)
        step = came_from[step]
    return way

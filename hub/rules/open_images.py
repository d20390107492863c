"""The 602 labels of Open Images, shipped as data (hub/data/OPEN_IMAGES_NOTICE.txt)."""

import csv
from dataclasses import dataclass
from importlib import resources

ROOT_MID = "/m/0bl9f"
"""Of `Entity`, which every other label is under."""


@dataclass(frozen=True, slots=True)
class SeedLabel:
    mid: str
    name: str


@dataclass(frozen=True, slots=True)
class SeedEdge:
    child_mid: str
    parent_mid: str
    kind: str
    """`is-a` or `part-of`."""


def read_labels() -> list[SeedLabel]:
    """Return the labels in the order of their names."""
    return [SeedLabel(**row) for row in _read("open_images_labels.csv")]


def read_edges() -> list[SeedEdge]:
    """Return the edges, in which a label may have several parents of both kinds."""
    return [SeedEdge(**row) for row in _read("open_images_edges.csv")]


def _read(name: str) -> list[dict[str, str]]:
    text = resources.files("hub").joinpath("data").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

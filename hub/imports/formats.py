"""The formats that pictures are imported from, by name; nothing of them is loaded to list them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from hub.imports.found import Found, Order, Unusable

Read: TypeAlias = "Callable[[Order], Iterator[Found | Unusable]]"
"""Raises FormatError where what is read is not of the format."""


def _at(module: str, function: str = "read") -> Read:
    """Name a function that is imported when it is called."""

    def read(order: Order) -> Iterator[Found | Unusable]:
        yield from getattr(import_module(f"hub.imports.{module}"), function)(order)

    return read


IMPORTS = {
    "folders": _at("label_folders"),
    "open-images": _at("open_images"),
    "coco": _at("coco"),
    "ground-truth": _at("ground_truth"),
    "annotations-csv": _at("annotations", "read_csv"),
    "annotations-json": _at("annotations", "read_json_document"),
    "imagefolder": _at("image_folder"),
    "urls": _at("urls"),
}

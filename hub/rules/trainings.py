"""How a model is to be trained: the options of a training, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from hub.errors import TrainingError

ARCHS = ("vgg16", "vgg16_bn", "smaller_vgg")
LAUNCHERS = ("horovodrun", "spark")

RANGES = {
    "ranks": (1, 256),
    "epochs": (1, 1000),
    "side": (32, 512),
    "batch": (1, 1024),
    "minimum": (1, 1_000_000),
}
"""The least and the most of each number."""
_CHOICES = {"arch": ARCHS, "launcher": LAUNCHERS}


@dataclass(frozen=True)
class Options:
    minimum: int
    """Pictures that every label must have at the least."""
    ranks: int = 2
    """Processes that train side by side."""
    epochs: int = 10
    side: int = 224
    """Of the square that the network sees, in pixels."""
    batch: int = 32
    """Pictures a step of one rank."""
    arch: str = "vgg16"
    launcher: str = "horovodrun"


def make_options(values: Mapping[str, Any], *, minimum: int) -> Options:
    """Return the options with what is not said by default. Raises TrainingError naming the key."""
    known = {field.name for field in fields(Options)}
    for key, value in values.items():
        if key not in known:
            raise TrainingError(
                f"A training has no option {str(key)[:60]!r}; the options are"
                f" {', '.join(field.name for field in fields(Options))}."
            )
        _check(key, value)
    return Options(**{"minimum": minimum, **values})


def _check(key: str, value: object) -> None:
    if key in _CHOICES:
        if value not in _CHOICES[key]:
            raise TrainingError(f"{key} of a training is one of {', '.join(_CHOICES[key])}.")
        return
    least, most = RANGES[key]
    # A truth value is a whole number to isinstance.
    if type(value) is not int or not least <= value <= most:
        raise TrainingError(f"{key} of a training is a whole number from {least:,} to {most:,}.")

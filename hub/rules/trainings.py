"""How a model is to be trained: the options of a training, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from hub.errors import TrainingError

ARCHS = ("vgg16", "vgg16_bn", "smaller_vgg")
LAUNCHERS = ("horovodrun", "spark", "single")
PRECISIONS = ("auto", "float32", "bfloat16")
CLASS_WEIGHTS = ("none", "balanced")

RANGES: Mapping[str, tuple[int, int]] = {
    "ranks": (1, 256),
    "epochs": (1, 1000),
    "side": (32, 512),
    "batch": (1, 1024),
    "minimum": (1, 1_000_000),
    "seed": (0, 2**32 - 1),
    "accumulate": (1, 1024),
    "warmup_epochs": (0, 1000),
    "patience": (0, 1000),
}
"""The least and the most of each whole number."""
_SHARES: Mapping[str, tuple[float, float]] = {
    "dropout": (0.0, 0.9),
    "weight_decay": (0.0, 1.0),
    "learning_rate": (0.0, 10.0),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "arch": ARCHS,
    "launcher": LAUNCHERS,
    "precision": PRECISIONS,
    "class_weights": CLASS_WEIGHTS,
}
GOOD_ACCURACY = 0.85
"""Of the original hub: validation accuracy that its note called good enough."""
_FLAGS = ("multi_label", "augment", "augmented")


@dataclass(frozen=True)
class Options:
    minimum: int
    """Pictures that every label must have at the least."""
    ranks: int = 2
    """Processes that train side by side; see `make_options` for the launcher `single`."""
    epochs: int = 10
    side: int = 224
    """Of the square that the network sees, in pixels."""
    batch: int = 32
    """Pictures a step of one rank."""
    arch: str = "vgg16"
    launcher: str = "horovodrun"
    seed: int = 0
    """Of the first weights, the order of the pictures and all that is drawn."""
    multi_label: bool = False
    """A picture under several of the labels counts for each of them; else it is left out."""
    augment: bool = True
    """Every picture is turned, moved, sheared, zoomed and mirrored anew each epoch."""
    augmented: bool = False
    """The hub's derived pictures are trained on instead of the pictures themselves."""
    dropout: float = 0.5
    """Share of the outputs of a dense layer that are left out at random."""
    weight_decay: float = 0.0
    """Share of a kernel's weights, times the learning rate, that each step takes away."""
    class_weights: str = "none"
    """balanced: a class's pictures count the more in the loss, the fewer they are."""
    learning_rate: float = 0.0
    """At 32 pictures a step of all ranks, scaled with their number (Goyal et al. 2017, the linear
    scaling rule); 0: what suits the architecture."""
    warmup_epochs: int = 1
    """In which the learning rate grows to its value (ibid., gradual warm-up)."""
    accumulate: int = 1
    """Parts that a rank's share of a step is worked off in, to need less memory."""
    patience: int = 0
    """Epochs without a better validation accuracy after which training ends, and after half of
    which the learning rate is halved; 0: neither."""
    precision: str = "auto"
    """Of the layers' arithmetic; auto: bfloat16 on a GPU that has it, else float32."""
    weights: str = ""
    """A file `weights.npz` to begin with instead of random weights."""
    weights_sha256: str = ""


def side_of_good(accuracy: float) -> str:
    """Say on which side of GOOD_ACCURACY a validation accuracy lies."""
    return "above" if accuracy >= GOOD_ACCURACY else "below"


def make_options(values: Mapping[str, Any], *, minimum: int) -> Options:
    """Return the options with what is not said by default; one process is one rank.

    Raises TrainingError naming the key.
    """
    known = {field.name for field in fields(Options)}
    for key, value in values.items():
        if key not in known:
            raise TrainingError(
                f"A training has no option {str(key)[:60]!r}; the options are"
                f" {', '.join(field.name for field in fields(Options))}."
            )
        _check(key, value)
    usual = {"minimum": minimum} | ({"ranks": 1} if values.get("launcher") == "single" else {})
    options = Options(**{**usual, **values})
    if bool(options.weights) != bool(options.weights_sha256):
        raise TrainingError("First weights are a file and its sha256: give both or none.")
    if options.multi_label and options.class_weights != "none":
        raise TrainingError(
            "Weights of classes need pictures of one class each: ask for class_weights or"
            " multi_label, not for both."
        )
    return options


def weigh_classes(options: Options, class_images: Mapping[str, int]) -> dict[str, float]:
    """Return by its key how much a train row of each class counts in the loss; none: 1 each.

    Balanced, it is n / (classes * n_c) of n rows, n_c of them of the class, as scikit-learn has it:
    classes count the same, and a row 1 on average. A class without a row has no weight.
    """
    if options.class_weights == "none":
        return {}
    counts = {key: count for key, count in class_images.items() if count}
    rows = sum(counts.values())
    return {key: rows / (len(counts) * count) for key, count in counts.items()}


def _check(key: str, value: object) -> None:
    is_good, wanted = _judge(key, value)
    if not is_good:
        raise TrainingError(f"{key} of a training is {wanted}.")


def _judge(key: str, value: object) -> tuple[bool, str]:
    """Tell whether an option may be so, and what it may be."""
    # A truth value is a whole number to isinstance.
    if key in RANGES:
        least, most = RANGES[key]
        is_good = type(value) is int and least <= value <= most
        return is_good, f"a whole number from {least:,} to {most:,}"
    if key in _SHARES:
        low, high = _SHARES[key]
        is_good = type(value) in (int, float) and low <= float(str(value)) <= high
        return is_good, f"a number from {low:g} to {high:g}"
    if key in CHOICES:
        return value in CHOICES[key], f"one of {', '.join(CHOICES[key])}"
    if key in _FLAGS:
        return type(value) is bool, "true or false"
    if key == "weights":
        return isinstance(value, str) and value.isprintable(), "the path of a file"
    # Not by the rule of manifests, which would load numpy for the help of a command.
    is_digest = isinstance(value, str) and re.fullmatch("([0-9a-f]{64})?", value) is not None
    return is_digest, "64 hexadecimal digits"

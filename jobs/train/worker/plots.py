"""The pictures of a report: curves, confusion, calibration and throughput, as PNG files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

_INK, _SOFT, _GRID = "#1d1f23", "#5c626b", "#dcdad5"
_TRAIN, _VALIDATION, _COUNT = "#4a6fb5", "#b4542c", "#8b8f96"
_STYLE = {
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _INK,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "grid.linewidth": 0.6,
    "xtick.color": _SOFT,
    "ytick.color": _SOFT,
    "legend.frameon": False,
}
_DPI = 120
_ASTRAY = 1000
"""Times the smallest loss, from which on they are drawn by their magnitude."""
_LONGEST_NAME = 24
_MOST_COUNTS, _MOST_NAMES = 15, 60
"""Classes up to which the cells of a confusion matrix say their counts, and the axes all names."""

History = Sequence[Mapping[str, Any]]


def draw_curves(path: Path, history: History, *, threshold: float) -> None:
    """Draw loss and accuracy by epoch, of training and of validation."""
    with rc_context(_STYLE):
        figure = Figure(figsize=(10, 4), layout="constrained")
        loss, accuracy = figure.subplots(1, 2)
        for axes, what in ((loss, "loss"), (accuracy, "accuracy")):
            for name, key, colour in (
                ("training", what, _TRAIN),
                ("validation", f"val_{what}", _VALIDATION),
            ):
                _line(axes, history, key, name=name, colour=colour)
            axes.set(xlabel="epoch", title=what.capitalize())
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        loss.set(ylabel="loss, mean of the pictures")
        _scale_loss(loss, history)
        accuracy.set(ylabel="accuracy, share of the pictures", ylim=(0, 1.02))
        accuracy.axhline(threshold, color=_SOFT, linewidth=0.8, linestyle=":", label="threshold")
        for axes in (loss, accuracy):
            axes.legend()
        _save(figure, path)


def _line(axes: Axes, history: History, key: str, *, name: str, colour: str) -> None:
    points = [(row["epoch"], row[key]) for row in history if row.get(key) is not None]
    if points:
        epochs, values = zip(*points, strict=True)
        # A run of one epoch has no line.
        marker = "o" if len(points) < 40 else None
        axes.plot(epochs, values, color=colour, label=name, marker=marker, markersize=3.5)


def _scale_loss(axes: Axes, history: History) -> None:
    """Let a loss that went astray leave the others their room."""
    losses = [row[key] for row in history for key in ("loss", "val_loss") if row.get(key)]
    if losses and max(losses) > _ASTRAY * min(losses) > 0:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)


def draw_confusion(path: Path, counts: Sequence[Sequence[int]], names: Sequence[str]) -> None:
    """Draw the shares of each true class by what was predicted; few classes with their counts."""
    table = np.asarray(counts, dtype=np.int64)
    totals = table.sum(axis=1, keepdims=True)
    shares = np.divide(table, totals, out=np.zeros(table.shape), where=totals > 0)
    side = min(14.0, 4.5 + 0.22 * len(names))
    with rc_context({**_STYLE, "axes.grid": False}):
        figure = Figure(figsize=(side + 1.2, side), layout="constrained")
        axes = figure.subplots()
        image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        bar = figure.colorbar(
            image, ax=axes, shrink=0.8, label="share of the true class's pictures"
        )
        bar.outline.set_visible(False)
        axes.set(xlabel="predicted class", ylabel="true class", title="Confusion, validation")
        _name_classes(axes, names)
        if len(names) <= _MOST_COUNTS:
            _write_counts(axes, table, shares)
        _save(figure, path)


def _name_classes(axes: Axes, names: Sequence[str]) -> None:
    if len(names) > _MOST_NAMES:
        axes.set(xlabel="predicted class, by number", ylabel="true class, by number")
        return
    short = [_shortened(name) for name in names]
    size = 10 if len(names) <= _MOST_COUNTS else 7
    places = range(len(names))
    # A name may hold dollar signs, which would begin a formula.
    axes.set_xticks(
        places, short, rotation=90 if len(names) > 3 else 0, fontsize=size, parse_math=False
    )
    axes.set_yticks(places, short, fontsize=size, parse_math=False)


def _write_counts(axes: Axes, table: Any, shares: Any) -> None:
    for row, column in np.ndindex(*table.shape):
        if table[row, column]:
            colour = "white" if shares[row, column] > 0.55 else _INK
            count = f"{table[row, column]:,}"
            axes.text(column, row, count, ha="center", va="center", color=colour, fontsize=9)


def draw_calibration(path: Path, calibration: Mapping[str, Any]) -> None:
    """Draw how often predictions of about one probability come true, and how many there are.

    `calibration` is that of a report: see `scores.Calibration`.
    """
    bins = calibration["bins"]
    edges, width = np.arange(len(bins)) / len(bins), 0.92 / len(bins)
    with rc_context(_STYLE):
        figure = Figure(figsize=(5.5, 6.5), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        shares = [one["accuracy"] or 0.0 for one in bins]
        upper.bar(edges, shares, width=width, align="edge", color=_TRAIN)
        upper.plot(
            (0, 1), (0, 1), color=_SOFT, linestyle="--", linewidth=1, label="as it should be"
        )
        met = [(one["confidence"], one["accuracy"]) for one in bins if one["count"]]
        upper.plot(
            *zip(*met, strict=True), "o", color=_VALIDATION, markersize=5, label="bin's mean"
        )
        upper.set(ylabel="share that is right", ylim=(0, 1.02), xlim=(0, 1))
        upper.set(title=f"Calibration, validation: expected error {calibration['ece']:.3f}")
        upper.legend(loc="upper left")
        counts = [one["count"] for one in bins]
        lower.bar(edges, counts, width=width, align="edge", color=_COUNT)
        lower.set(xlabel="probability of the prediction", ylabel="predictions")
        lower.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        _save(figure, path)


def draw_throughput(path: Path, steps: Sequence[Sequence[float | None]]) -> None:
    """Draw pictures a second and the learning rate by step: rows of step, both."""
    with rc_context(_STYLE):
        figure = Figure(figsize=(10, 5), layout="constrained")
        rates = figure.subplots(2, 1, sharex=True)
        for axes, column, what, colour in (
            (rates[0], 1, "pictures a second", _TRAIN),
            (rates[1], 2, "learning rate", _VALIDATION),
        ):
            points = [(row[0], row[column]) for row in steps if row[column] is not None]
            if points:
                marker = "o" if len(points) < 40 else None
                axes.plot(*zip(*points, strict=True), color=colour, marker=marker, markersize=3)
            axes.set(ylabel=what)
            axes.set_ylim(bottom=0)
        rates[0].set(title="Throughput of all ranks, and learning rate")
        rates[1].set(xlabel="step")
        rates[1].xaxis.set_major_locator(MaxNLocator(integer=True))
        _save(figure, path)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _save(figure: Figure, path: Path) -> None:
    # Without the date and the version, equal runs give equal files.
    figure.savefig(path, dpi=_DPI, metadata={"Software": None})

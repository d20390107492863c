"""Geometry of a histogram drawn as SVG: bars, thresholds and ticks in the units of its view box."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hub.reports.facts import Histogram

WIDTH, HEIGHT = 320, 150
"""Of the view box."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 10, 310, 26, 122
_ROOM = 8
"""That half the text of a tick needs."""
_ROW = 12
"""Of text: marks stand one below the other."""
_SPARE_BINS = 2
_UNIT_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A threshold: beyond it a picture has an issue, or is refused."""

    value: float
    text: str
    is_issue_below: bool


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    x: float
    text: str
    text_y: float
    anchor: str
    """Of the text: `start` or `end`, so that it stays inside."""
    zone_x: float
    zone_width: float
    """What lies beyond the threshold."""


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Chart:
    bars: Sequence[Bar]
    lines: Sequence[Line]
    ticks: Sequence[Tick]
    tallest: int
    top: float
    bottom: float = _BOTTOM


def draw_shares(histogram: Histogram, marks: Sequence[Mark]) -> Chart:
    """Draw a histogram of values from 0 to 1 along an even axis."""
    scale = _Scale(histogram.edges[0], histogram.edges[-1])
    return _draw(
        histogram, marks, scale, [scale.tick(value, f"{value:g}") for value in _UNIT_TICKS]
    )


def draw_pixels(histogram: Histogram, marks: Sequence[Mark]) -> Chart:
    """Draw a histogram of pixels along an axis of doublings, as far as there are any."""
    first, last = _occupied(histogram, marks)
    part = Histogram(histogram.edges[first : last + 1], histogram.counts[first:last])
    scale = _Scale(part.edges[0], part.edges[-1], is_log=True)
    values = [step * 10**power for power in range(1, 6) for step in (1, 2, 5)]
    ticks = [
        scale.tick(value, f"{value:,}")
        for value in values
        if part.edges[0] <= value <= part.edges[-1]
    ]
    within = [mark for mark in marks if part.edges[0] < mark.value < part.edges[-1]]
    return _draw(part, within, scale, ticks)


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    is_log: bool = False

    def x(self, value: float) -> float:
        low, high, at = (self._even(number) for number in (self.low, self.high, value))
        return round(_LEFT + (_RIGHT - _LEFT) * (at - low) / (high - low), 1)

    def tick(self, value: float, text: str) -> Tick:
        x = self.x(value)
        is_last = x > _RIGHT - _ROOM
        return Tick(x, text, "end" if is_last else "start" if x < _LEFT + _ROOM else "middle")

    def _even(self, value: float) -> float:
        return math.log2(value) if self.is_log else value


def _occupied(histogram: Histogram, marks: Sequence[Mark]) -> tuple[int, int]:
    """Return the first bin to draw and the one after the last: of what is there and the marks."""
    used = [at for at, count in enumerate(histogram.counts) if count]
    for mark in marks:
        used += [
            at
            for at in range(len(histogram.counts))
            if histogram.edges[at] <= mark.value < histogram.edges[at + 1]
        ]
    if not used:
        return 0, len(histogram.counts)
    return (
        max(min(used) - _SPARE_BINS, 0),
        min(max(used) + 1 + _SPARE_BINS, len(histogram.counts)),
    )


def _draw(
    histogram: Histogram, marks: Sequence[Mark], scale: _Scale, ticks: Sequence[Tick]
) -> Chart:
    tallest = max(histogram.counts, default=0)
    top = _TOP + _ROW * max(len(marks) - 1, 0)
    bars = []
    for at, count in enumerate(histogram.counts):
        if count:
            left, right = (scale.x(histogram.edges[edge]) for edge in (at, at + 1))
            # A single picture among thousands is still to be seen.
            height = round(max((_BOTTOM - top) * count / tallest, 1.5), 1)
            width = round(max(right - left - 1, 1), 1)
            bars.append(Bar(left, round(_BOTTOM - height, 1), width, height, count))
    lines = [_line(mark, scale, text_y=_ROW * (row + 1) + 2) for row, mark in enumerate(marks)]
    return Chart(bars, lines, ticks, tallest, top)


def _line(mark: Mark, scale: _Scale, *, text_y: float) -> Line:
    x = scale.x(mark.value)
    zone_x, zone_end = (_LEFT, x) if mark.is_issue_below else (x, _RIGHT)
    anchor = "start" if x < (_LEFT + _RIGHT) / 2 else "end"
    return Line(x, mark.text, text_y, anchor, zone_x, round(zone_end - zone_x, 1))

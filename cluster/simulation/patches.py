"""A patch of a picture on which parts are laid, each with a mask, a direction and a colour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cluster.simulation.colours import Colour
from cluster.simulation.masks import Point, blur, draw_polygon
from cluster.simulation.noise import Array

Window = tuple[slice, slice]

HALO = 0.10
"""Around a part lies a soft shade this wide."""


@dataclass(frozen=True)
class Part:
    """A part before it is painted: coordinates of its own and the surface's direction."""

    x: Array
    y: Array
    nx: Array
    ny: Array

    @property
    def nz(self) -> Array:
        return np.asarray(np.sqrt(np.maximum(1 - self.nx**2 - self.ny**2, 0)))


Paint = Colour | Callable[[Part], Array]


class Patch:
    """A square patch on which an object is built in its own units: it fills -1..1, y is down."""

    def __init__(
        self, radius_px: float, *, angle: float = 0.0, mirrored: bool = False, reach: float = 1.25
    ) -> None:
        half = int(np.ceil(radius_px * reach))
        steps = np.arange(-half, half + 1, dtype=np.float32) / np.float32(radius_px)
        self.angle, self.mirrored, self.radius_px, self.half = angle, mirrored, radius_px, half
        cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        across, down = steps[None, :], steps[:, None]
        x = cos * across + sin * down
        self.x: Array = -x if mirrored else x
        self.y: Array = -sin * across + cos * down
        side = len(steps)
        self.colour: Array = np.zeros((side, side, 3), np.float32)
        self.nx: Array = np.zeros((side, side), np.float32)
        self.ny: Array = np.zeros((side, side), np.float32)
        self.alpha: Array = np.zeros((side, side), np.float32)
        self.gloss: Array = np.zeros((side, side), np.float32)
        self.rough: Array = np.zeros((side, side), np.float32)

    def to_screen(self, x: float, y: float) -> Point:
        """Pixel (column, row) of a point given in the object's units."""
        if self.mirrored:
            x = -x
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return (
            float((cos * x - sin * y) * self.radius_px + self.half),
            float((sin * x + cos * y) * self.radius_px + self.half),
        )

    def window(self, points: Sequence[Point], *, margin: float) -> Window:
        """The rows and columns that hold these points and a margin about them, in units."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        corners = [
            self.to_screen(x, y)
            for x in (min(xs) - margin, max(xs) + margin)
            for y in (min(ys) - margin, max(ys) + margin)
        ]
        side = len(self.alpha)
        low_x, low_y = (max(int(min(c[i] for c in corners)) - 1, 0) for i in (0, 1))
        high_x, high_y = (min(int(max(c[i] for c in corners)) + 2, side) for i in (0, 1))
        return slice(low_y, max(high_y, low_y + 1)), slice(low_x, max(high_x, low_x + 1))

    def lay(
        self,
        window: Window,
        part: Part,
        *,
        distance: Array,
        paint: Paint,
        gloss: float,
        rough: float,
        shade: float,
        opacity: float = 1.0,
    ) -> None:
        """Lay a part over what is there; `distance` (units, below 0 inside) gives its edge."""
        mask = np.clip(0.5 - distance * self.radius_px, 0, 1) * opacity
        if shade:
            halo = np.clip(1 - distance / HALO, 0, 1)
            self.colour[window] *= (1 - shade * halo * halo)[..., None]
        self.blend(window, part, mask, paint=paint, gloss=gloss, rough=rough)

    def blend(
        self, window: Window, part: Part, mask: Array, *, paint: Paint, gloss: float, rough: float
    ) -> None:
        """Paint a part through a mask, without the shade about it."""
        painted = paint(part) if callable(paint) else np.asarray(paint, np.float32)
        self.colour[window] += (painted - self.colour[window]) * mask[..., None]
        for plane, value in (
            (self.nx, part.nx),
            (self.ny, part.ny),
            (self.gloss, gloss),
            (self.rough, rough),
        ):
            plane[window] += (value - plane[window]) * mask
        self.alpha[window] += (1 - self.alpha[window]) * mask

    def draw(self, window: Window, points: Sequence[Point]) -> Array:
        """Return the mask of a polygon within a window."""
        top, left = window[0].start, window[1].start
        corners = [self.to_screen(x, y) for x, y in points]
        return draw_polygon(
            [(column - left, row - top) for column, row in corners],
            shape=(window[0].stop - top, window[1].stop - left),
        )

    def round_edges(self, mask: Array, nx: Array, ny: Array, *, bevel: float) -> None:
        """Bend the directions near the edge outwards, as the slope of the blurred mask says."""
        width = bevel * self.radius_px
        soft = blur(mask, width * 0.6)
        down, across = np.gradient(soft)
        strength = np.float32(width * 2.0)
        cos, sin = np.float32(np.cos(self.angle)), np.float32(np.sin(self.angle))
        out_x = -(cos * across + sin * down) * strength
        nx += -out_x if self.mirrored else out_x
        ny += -(-sin * across + cos * down) * strength
        over = np.maximum(np.sqrt(nx * nx + ny * ny) / 0.97, 1)
        nx /= over
        ny /= over

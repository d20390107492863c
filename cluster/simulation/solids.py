"""Shaded solids: parts with a mask, a surface direction and a colour, laid one over another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cluster.simulation.colours import Colour
from cluster.simulation.masks import Point, blur, draw_polygon
from cluster.simulation.noise import Array

Window = tuple[slice, slice]

# Around a part lies a soft shade this wide.
_HALO = 0.10


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


class Solid:
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
            halo = np.clip(1 - distance / _HALO, 0, 1)
            self.colour[window] *= (1 - shade * halo * halo)[..., None]
        self._blend(window, part, mask, paint=paint, gloss=gloss, rough=rough)

    def _blend(
        self, window: Window, part: Part, mask: Array, *, paint: Paint, gloss: float, rough: float
    ) -> None:
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

    def ellipsoid(
        self,
        centre: Point,
        radii: Point,
        *,
        paint: Paint,
        turn: float = 0.0,
        gloss: float = 0.1,
        rough: float = 0.0,
        shade: float = 0.25,
        flat: float = 1.0,
        opacity: float = 1.0,
    ) -> None:
        """An ellipsoid seen from the front; `flat` below 1 makes it a flatter relief."""
        extent = max(radii)
        window = self.window(
            [(centre[0] - extent, centre[1] - extent), (centre[0] + extent, centre[1] + extent)],
            margin=_HALO if shade else 0.02,
        )
        cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        dx = self.x[window] - np.float32(centre[0])
        dy = self.y[window] - np.float32(centre[1])
        p = (cos * dx + sin * dy) / np.float32(radii[0])
        q = (-sin * dx + cos * dy) / np.float32(radii[1])
        reach = np.sqrt(p * p + q * q)
        scale = flat / np.maximum(reach, 1)
        n, m = p * scale, q * scale
        part = Part(p, q, cos * n - sin * m, sin * n + cos * m)
        self.lay(
            window,
            part,
            distance=(reach - 1) * np.float32(min(radii)),
            paint=paint,
            gloss=gloss,
            rough=rough,
            shade=shade,
            opacity=opacity,
        )

    def revolve(
        self,
        profile: Sequence[Point],
        *,
        paint: Paint,
        axis: float = 0.0,
        lying: bool = False,
        gloss: float = 0.1,
        rough: float = 0.0,
        shade: float = 0.25,
    ) -> None:
        """A solid of revolution: (place along its axis, half width), places growing.

        The axis is the vertical x = `axis`, or for a lying one the horizontal y = `axis`.
        """
        ys = np.array([p[0] for p in profile], np.float32)
        widths = np.array([p[1] for p in profile], np.float32)
        wide = float(widths.max())
        corners = [(axis - wide, float(ys[0])), (axis + wide, float(ys[-1]))]
        if lying:
            corners = [(y, x) for x, y in corners]
        window = self.window(corners, margin=_HALO if shade else 0.02)
        across, along = self.x[window], self.y[window]
        if lying:
            across, along = along, across
        across = across - np.float32(axis)
        width = np.interp(along, ys, widths).astype(np.float32)
        slope = np.interp(along, ys, np.gradient(widths, ys)).astype(np.float32)
        lean = 1 / np.sqrt(1 + slope * slope)
        ends = np.maximum(ys[0] - along, along - ys[-1])
        distance = np.maximum((np.abs(across) - width) * lean, ends)
        round_ = np.clip(across / np.maximum(width, 1e-3), -1, 1)
        part = Part(across / wide, along, round_ * lean, -slope * lean)
        if lying:
            part = Part(along, across / wide, -slope * lean, round_ * lean)
        self.lay(
            window, part, distance=distance, paint=paint, gloss=gloss, rough=rough, shade=shade
        )

    def tube(
        self,
        points: Sequence[Point],
        radii: Sequence[float],
        *,
        paint: Paint,
        gloss: float = 0.1,
        rough: float = 0.0,
        shade: float = 0.25,
    ) -> None:
        """A round bar along points; paint sees x = place along (0..1), y = across (-1..1)."""
        window = self.window(points, margin=max(radii) + (_HALO if shade else 0.02))
        px, py = self.x[window], self.y[window]
        shape = np.broadcast_shapes(px.shape, py.shape)
        best = np.full(shape, np.inf, np.float32)
        along, nx, ny, across = (np.zeros(shape, np.float32) for _ in range(4))
        count = len(points) - 1
        for index in range(count):
            (ax, ay), (bx, by) = points[index], points[index + 1]
            ex, ey = np.float32(bx - ax), np.float32(by - ay)
            length2 = max(float(ex * ex + ey * ey), 1e-9)
            dx, dy = px - np.float32(ax), py - np.float32(ay)
            t = np.clip((dx * ex + dy * ey) / np.float32(length2), 0, 1)
            ox, oy = dx - t * ex, dy - t * ey
            radius = np.float32(radii[index]) + t * np.float32(radii[index + 1] - radii[index])
            distance = np.sqrt(ox * ox + oy * oy) - radius
            nearer = distance < best
            best = np.where(nearer, distance, best)
            along = np.where(nearer, (index + t) / count, along)
            nx = np.where(nearer, ox / radius, nx)
            ny = np.where(nearer, oy / radius, ny)
            side = (ox * -ey + oy * ex) / (radius * np.float32(np.sqrt(length2)))
            across = np.where(nearer, side, across)
        over = np.maximum(np.sqrt(nx * nx + ny * ny), 1)
        part = Part(along, across, nx / over, ny / over)
        self.lay(window, part, distance=best, paint=paint, gloss=gloss, rough=rough, shade=shade)

    def polygon(
        self,
        points: Sequence[Point],
        *,
        paint: Paint,
        facing: Point = (0.0, 0.0),
        bevel: float = 0.0,
        gloss: float = 0.1,
        rough: float = 0.0,
        shade: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """A flat face that looks towards `facing` (x, y of its direction), rounded over `bevel`."""
        window = self.window(points, margin=max(bevel, _HALO if shade else 0.02))
        mask = self._draw(window, points)
        if shade:
            soft = blur(mask, _HALO * 0.5 * self.radius_px)
            self.colour[window] *= (1 - shade * soft)[..., None]
        nx = np.full(mask.shape, facing[0], np.float32)
        ny = np.full(mask.shape, facing[1], np.float32)
        if bevel:
            self._round(mask, nx, ny, bevel=bevel)
        x = np.broadcast_to(self.x[window], mask.shape)
        y = np.broadcast_to(self.y[window], mask.shape)
        self._blend(
            window, Part(x, y, nx, ny), mask * opacity, paint=paint, gloss=gloss, rough=rough
        )

    def _draw(self, window: Window, points: Sequence[Point]) -> Array:
        top, left = window[0].start, window[1].start
        corners = [self.to_screen(x, y) for x, y in points]
        return draw_polygon(
            [(column - left, row - top) for column, row in corners],
            shape=(window[0].stop - top, window[1].stop - left),
        )

    def _round(self, mask: Array, nx: Array, ny: Array, *, bevel: float) -> None:
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

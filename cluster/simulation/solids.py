"""Shaded solids: ellipsoids, solids of revolution, tubes and faces, laid one over another."""

from collections.abc import Sequence

import numpy as np

from cluster.simulation.masks import Point, blur
from cluster.simulation.patches import HALO, Paint, Part, Patch


class Solid(Patch):
    """A patch on which an object is built of solids."""

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
            margin=HALO if shade else 0.02,
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
        window = self.window(corners, margin=HALO if shade else 0.02)
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
        window = self.window(points, margin=max(radii) + (HALO if shade else 0.02))
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
        window = self.window(points, margin=max(bevel, HALO if shade else 0.02))
        mask = self.draw(window, points)
        if shade:
            soft = blur(mask, HALO * 0.5 * self.radius_px)
            self.colour[window] *= (1 - shade * soft)[..., None]
        nx = np.full(mask.shape, facing[0], np.float32)
        ny = np.full(mask.shape, facing[1], np.float32)
        if bevel:
            self.round_edges(mask, nx, ny, bevel=bevel)
        x = np.broadcast_to(self.x[window], mask.shape)
        y = np.broadcast_to(self.y[window], mask.shape)
        self.blend(
            window, Part(x, y, nx, ny), mask * opacity, paint=paint, gloss=gloss, rough=rough
        )

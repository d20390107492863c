"""The nearest of many places on the sphere, for many points at once, within a stated reach."""

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt

EARTH_KM = 6371.0088

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def unit_vectors(lons: Floats, lats: Floats) -> Floats:
    """Points on the unit sphere: no seam at the antimeridian and nothing special at the poles."""
    east, north = np.radians(lons), np.radians(lats)
    flat = np.cos(north)
    return np.stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)], axis=1)


class Grid:
    """Places in cubes as long as the reach: what is in it lies in the 27 cubes around a point."""

    def __init__(self, vectors: Floats, reach_km: float) -> None:
        self._reach = 2 * math.sin(reach_km / EARTH_KM / 2)
        self._side = int(2.0 / self._reach) + 3
        keys = self._key(self._cubes(vectors))
        # Stable, so that of places at one point the first in the file is found.
        self._rows = np.argsort(keys, kind="stable")
        self._keys = keys[self._rows]
        self._vectors = vectors[self._rows]

    def nearest(self, points: Floats) -> tuple[Integers, Floats]:
        """Return the row of the nearest place of each point and its distance, or -1 and inf."""
        rows = np.full(len(points), -1, dtype=np.int64)
        least = np.full(len(points), np.inf)
        for point, candidate in self._candidates(points):
            chords = np.linalg.norm(self._vectors[candidate] - points[point], axis=1)
            order = np.lexsort((self._rows[candidate], chords, point))
            first = order[np.unique(point[order], return_index=True)[1]]
            nearer = first[chords[first] < least[point[first]]]
            least[point[nearer]] = chords[nearer]
            rows[point[nearer]] = self._rows[candidate[nearer]]
        beyond = least > self._reach
        rows[beyond], least[beyond] = -1, np.inf
        return rows, 2 * EARTH_KM * np.arcsin(least / 2, out=least, where=~beyond)

    def _candidates(self, points: Floats) -> Iterator[tuple[Integers, Integers]]:
        """Pair points with places, three cubes at a time: those whose keys follow one another."""
        cubes = self._cubes(points)
        for x, y in product((-1, 0, 1), repeat=2):
            middle = self._key(cubes + np.array([x, y, 0]))
            start = np.searchsorted(self._keys, middle - 1, side="left")
            count = np.searchsorted(self._keys, middle + 1, side="right") - start
            point = np.repeat(np.arange(len(points)), count)
            within = np.arange(len(point)) - np.repeat(np.cumsum(count) - count, count)
            if point.size:
                yield point, np.repeat(start, count) + within

    def _cubes(self, vectors: Floats) -> Integers:
        return np.floor((vectors + 1.0) / self._reach).astype(np.int64) + 1

    def _key(self, cubes: Integers) -> Integers:
        return np.asarray((cubes[:, 0] * self._side + cubes[:, 1]) * self._side + cubes[:, 2])

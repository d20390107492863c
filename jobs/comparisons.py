"""Has pairs of pictures compared on the workers, each once, however often they are asked for."""

from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hub.limits import bounds_of
from hub.rules.keeping import Finding
from jobs import comparing
from jobs.comparing import PAIR
from jobs.known import KnownPictures
from jobs.stage import Work, collect

# Looks of so many are held, and full pixels of one picture at a time.
_PAIRS_AT_ONCE, _PICTURES_AT_ONCE = 2000, 64


class Comparisons:
    """What comparing the pictures of a batch with others has shown so far."""

    def __init__(self, work: Work, known: KnownPictures, *, folder: Path) -> None:
        """`folder` has what `known.save` laid out."""
        self._work = work
        self._known = known
        self._settings: dict[str, object] = {
            "folder": str(folder),
            "objects_root": work.settings.objects_root,
            "lake_root": work.settings.lake_root,
            "bounds": bounds_of(work.settings),
        }
        self._asked = pa.array([], pa.int64())
        self._judged = comparing.FOUND.empty_table()
        self._digests: dict[int, str | None] = {}
        self._faults: set[str] = set()

    @property
    def faults(self) -> list[str]:
        """What was wrong with pictures that the lake did not give as they were published."""
        return sorted(fault.rstrip(".") for fault in self._faults)

    def findings(self, pairs: pa.Table) -> list[Finding]:
        """Judge `comparing.PAIR` rows by their looks, and by their pixels where these may be equal.

        Nothing else that was ever asked is told.
        """
        keys = _keys(pairs)
        self._judge(pairs.filter(pc.invert(pc.is_in(keys, value_set=self._asked))))
        told = pc.is_in(_keys(self._judged), value_set=keys)
        judged = self._judged.filter(told)
        suspects = self._known.suspects(judged)
        self._digest(suspects - self._digests.keys())
        digests = {one: digest for one in suspects if (digest := self._digests[one])}
        return self._known.findings(judged, digests)

    def _judge(self, pairs: pa.Table) -> None:
        found = collect(
            self._work,
            pairs,
            comparing.judge_pairs,
            comparing.FOUND,
            what="pairs compared",
            at_once=_PAIRS_AT_ONCE,
            **self._settings,
        )
        judged = self._sound(found)
        self._judged = pa.concat_tables([self._judged, judged])
        self._asked = pa.concat_arrays([self._asked, _keys(pairs)])

    def _digest(self, pictures: set[int]) -> None:
        asked = pa.table({"picture": pa.array(sorted(pictures), pa.int64())})
        found = collect(
            self._work,
            asked,
            comparing.digest_pixels,
            comparing.DIGEST,
            what="pictures read pixel by pixel",
            at_once=_PICTURES_AT_ONCE,
            **self._settings,
        )
        digests = self._sound(found).drop_columns("fault").to_pydict()
        # A picture whose full scale breaks the bounds has no digest.
        self._digests |= dict.fromkeys(pictures) | dict(zip(*digests.values(), strict=True))

    def _sound(self, found: pa.Table) -> pa.Table:
        """Take the faults out of what the workers found."""
        self._faults.update(found["fault"].drop_null().to_pylist())
        return found.filter(found["fault"].is_null())


def _keys(pairs: pa.Table) -> pa.Array:
    """Return a number for each `comparing.PAIR`: also what is asked of two pictures may differ."""
    newer, kept, *flags = (pairs[name].combine_chunks().cast(pa.int64()) for name in PAIR.names)
    shifted = [(newer, 33), (kept, 2), *zip(flags, (1, 0), strict=True)]
    return reduce(pc.bit_wise_or, [pc.shift_left(part, bits) for part, bits in shifted])

"""Finds which of the hub's pictures, and of each other, uploads repeat or resemble.

The rule is that of the stage `dedupe`, for a few pictures, at once and without Spark; bursts are
not told, and of a crowd only the closest are looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, combinations, count, islice

import numpy as np

from hub.catalogue import recognition
from hub.catalogue.recognition import Brought
from hub.db import Connection
from hub.lake.kept import KeptPicture, find_kept
from hub.lake.packs import read_pack
from hub.lake.pictures import Wanted, read_pictures
from hub.redecoding import Redecoder
from hub.rules.checking import Checked
from hub.rules.equality import Stored, list_suspects
from hub.rules.hashing import Hashes
from hub.rules.keeping import EXACT_RULE_VERSION, Finding
from hub.rules.likeness import RULE_VERSION, Seen, judge
from hub.rules.searching import BandIndex
from hub.rules.shortlist import CLOSEST

_HASHES_AT_ONCE = 100_000

Pair = tuple[str, str]
"""The newer picture of two and the other one, by image_id."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that somebody shows: what its check found, and where its file can be read again."""

    path: str
    checked: Checked

    @property
    def image_id(self) -> str:
        assert self.checked.image_id is not None
        return self.checked.image_id


@dataclass(frozen=True)
class Recognised:
    """What uploads have in common with the hub's pictures and with each other."""

    findings: list[Finding] = field(default_factory=list)
    brought: Mapping[str, Brought] = field(default_factory=dict)
    """The hub's pictures that are named, by image_id."""
    undecided: Mapping[str, int] = field(default_factory=dict)
    """Uploads that may be like a picture whose look is not at hand, by image_id: bits apart."""


@dataclass(frozen=True)
class Stores:
    """Where the hub's pictures are."""

    db: Connection
    lake_root: str
    objects_root: str


class _Gallery:
    """The uploads and the hub's pictures that may be like them, as far as they can be seen."""

    def __init__(
        self, uploads: Mapping[str, Upload], kept: Iterable[KeptPicture], stores: Stores
    ) -> None:
        self.uploads = uploads
        self.kept = {one.image_id: one for one in kept if one.image_id not in uploads}
        self._stores = stores

    def see(self, image_ids: Iterable[str], decoder: Redecoder) -> dict[str, Seen]:
        """Say what the rule knows of pictures; of some of the hub's the look may be lost."""
        seen = {one: _seen(self.uploads[one].checked) for one in image_ids if one in self.uploads}
        known = [self.kept[one] for one in image_ids if one in self.kept]
        packed = {one.packed: one.image_id for one in known if one.packed}
        looks = {
            packed[where]: look
            for where, look in read_pack(self._stores.objects_root, packed, "look")
        }
        unpacked = [one for one in known if one.image_id not in looks]
        for image_id, content in self._published(unpacked):
            if look := decoder.look(content):
                looks[image_id] = look
        for one in known:
            if one.image_id in looks and one.width_px and one.height_px:
                sides = (one.width_px, one.height_px)
                seen[one.image_id] = Seen(*sides, hashes=one.hashes, look=looks[one.image_id])
        return seen

    def digest(self, image_ids: Iterable[str], decoder: Redecoder) -> dict[str, str]:
        """Return the digests of full pixels; without what cannot be read or decoded."""
        found = {}
        for image_id, content in self._contents(set(image_ids)):
            if digest := decoder.pixels_sha256(content):
                found[image_id] = digest
        return found

    def _contents(self, image_ids: set[str]) -> Iterator[tuple[str, bytes]]:
        for image_id in image_ids & self.uploads.keys():
            with suppress(OSError), open(self.uploads[image_id].path, "rb") as file:
                yield image_id, file.read()
        yield from self._published([self.kept[one] for one in image_ids & self.kept.keys()])

    def _published(self, pictures: Sequence[KeptPicture]) -> Iterator[tuple[str, bytes]]:
        wanted = [wanted for one in pictures if (wanted := one.wanted)]
        for one, content in read_pictures(self._stores.lake_root, wanted, on_fault=_leave_out):
            yield one.image_id, content


def recognise(stores: Stores, uploads: Sequence[Upload], decoder: Redecoder) -> Recognised:
    """Compare uploads, given in order of receipt, with the hub's pictures and with each other.

    Candidates are found by the hashes in Postgres, in one pass over them, and compared by their
    looks and pixels, which the lake and its packs have. Raises PictureUnreadable.
    """
    pictures = {one.image_id: one for one in reversed(uploads)}
    order = list(dict.fromkeys(upload.image_id for upload in uploads))
    brought = _brought(stores.db, order)
    places = {one: place for place, one in enumerate(order) if one not in brought}
    met = _meetings(stores.db, [pictures[one] for one in order], places)
    reduced = {str(one.checked.reduced_sha256) for one in uploads}
    others = {other for _, other in met}
    kept = find_kept(stores.lake_root, image_ids=others, reduced=reduced)
    # What a batch that is open has kept, the catalogue does not know yet.
    brought |= _brought(stores.db, others.union(one.image_id for one in kept))
    gallery = _Gallery(pictures, (one for one in kept if one.image_id in brought), stores)
    seen = gallery.see(dict.fromkeys(one for pair in met for one in pair), decoder)
    judged = [found for pair in met if (found := _judge(pair, seen))]
    digests = gallery.digest(_suspects(judged, gallery), decoder)
    undecided: dict[str, int] = {}
    for (newer, other), bits in met.items():
        if other not in seen and other in brought:
            undecided[newer] = min(bits, undecided.get(newer, bits))
    exact = _equal_pixels(digests, places)
    equal = {frozenset((one.image_id, one.other)) for one in exact}
    near = [one for one in judged if frozenset((one.image_id, one.other)) not in equal]
    return Recognised([*exact, *near], brought, undecided)


def _brought(db: Connection, image_ids: Iterable[str]) -> dict[str, Brought]:
    return {one.image_id: one for one in recognition.list_brought(db, sorted(image_ids))}


def _meetings(
    db: Connection, uploads: Sequence[Upload], places: Mapping[str, int]
) -> dict[Pair, int]:
    """Return the pairs of which hashes meet, with the bits between the closest of them.

    `places` of uploads in the order of receipt says which of two is the newer; what is not among
    them the hub has.
    """
    checked = [one.checked for one in uploads]
    counts = [len(one.probes) for one in checked]
    probes = np.array([probe for one in checked for probe in one.probes], dtype=np.int64)
    numbers = np.concatenate([np.zeros(0, np.int64), *map(np.arange, counts)])
    index = BandIndex.build(probes, np.repeat(np.arange(len(counts)), counts), numbers=numbers)
    stored = chain(
        ((u.image_id, value) for u in uploads for value in _stored(u.checked) if value is not None),
        ((one.image_id, one.hash) for one in recognition.list_hashes(db)),
    )
    found: dict[Pair, int] = {}
    while some := list(islice(stored, _HASHES_AT_ONCE)):
        matches = index.search(np.array([value for _, value in some], dtype=np.int64))
        for row, owner, bits in zip(matches.row, matches.owner, matches.distance, strict=True):
            newer, other = uploads[owner].image_id, some[row][0]
            if places.get(other, -1) > places.get(newer, -1):
                newer, other = other, newer
            if newer in places and newer != other:
                found[newer, other] = min(int(bits), found.get((newer, other), int(bits)))
    return _closest(found)


def _closest(met: Mapping[Pair, int]) -> dict[Pair, int]:
    """Leave of each upload's pairs the CLOSEST: who asks waits, and a crowd may be large."""
    by_bits = sorted(met, key=lambda pair: (met[pair], pair))
    places: defaultdict[str, Iterator[int]] = defaultdict(count)
    return {pair: met[pair] for pair in by_bits if next(places[pair[0]]) < CLOSEST}


def _judge(pair: Pair, seen: Mapping[str, Seen]) -> Finding | None:
    newer, other = pair
    if newer not in seen or other not in seen:
        return None
    found = judge(seen[newer], seen[other])
    if found is None:
        return None
    how = (found.relation, found.distance, found.look_distance)
    return Finding(newer, other, *how, rule_version=RULE_VERSION)


def _suspects(judged: Iterable[Finding], gallery: _Gallery) -> set[str]:
    """Return the pictures whose full pixels may be equal to another's."""
    pictures = {one: _stored_pixels(upload.checked) for one, upload in gallery.uploads.items()}
    pictures |= {
        one: Stored(kept.reduced_sha256, kept.format) for one, kept in gallery.kept.items()
    }
    looks = ((found.image_id, found.other, found.look_distance) for found in judged)
    return list_suspects(pictures, looks)


def _equal_pixels(digests: Mapping[str, str], places: Mapping[str, int]) -> list[Finding]:
    equal: defaultdict[str, list[str]] = defaultdict(list)
    for image_id in sorted(digests, key=lambda one: (places.get(one, -1), one)):
        equal[digests[image_id]].append(image_id)
    return [
        Finding(newer, other, "pixels", 0, 0.0, EXACT_RULE_VERSION)
        for crowd in equal.values()
        for other, newer in combinations(crowd, 2)
        if newer in places
    ]


def _seen(checked: Checked) -> Seen:
    assert checked.width_px
    assert checked.height_px
    assert checked.look is not None
    hashes = Hashes(*_stored(checked), probes=checked.probes)
    return Seen(checked.width_px, checked.height_px, hashes=hashes, look=checked.look)


def _stored_pixels(checked: Checked) -> Stored:
    assert checked.reduced_sha256
    return Stored(checked.reduced_sha256, checked.format)


def _stored(checked: Checked) -> tuple[int | None, int | None, int | None]:
    return (checked.phash, checked.phash_crop5, checked.phash_crop10)


def _leave_out(wanted: Wanted, fault: str) -> None:
    """Do without a damaged picture, which `hub verify` names."""

import io
import random
import zipfile
import zlib
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.client.places import Member, Places, contents_of, pieces_of, spans_of
from hub.rules.archives import Part
from hub.rules.manifests import Picture

BARE = Picture(
    *("", "jpeg", 0, 0, 1, 1, "train", "", "m_x", (), (), "CC0-1.0", "", "", None, None, None, None)
)


def picture(content, format="jpeg"):
    return replace(
        BARE,
        image_id=sha256(content).hexdigest(),
        size_bytes=len(content),
        crc32=zlib.crc32(content),
        format=format,
    )


def make_archive(contents):
    """Return the pictures by image_id, where they lie, and the bytes of a whole archive."""
    formats = ("jpeg", "png", "webp")
    made = sorted(
        ((picture(one, formats[number % 3]), one) for number, one in enumerate(contents)),
        key=lambda both: both[0].image_id,
    )
    places = Places(one for one, _ in made)
    table = b"a,b\n"
    layout = places.layout_with([Member(b"labels.csv", len(table), zlib.crc32(table))])
    members = [content for _, content in made] + [table]
    content = b"".join(
        members[one.member][one.first : one.end] if isinstance(one, Part) else one
        for one in layout.read(0, layout.size_bytes)
    )
    return dict(made), places, content


CONTENTS = st.lists(st.binary(min_size=300, max_size=2000), min_size=1, max_size=150, unique=True)


@given(CONTENTS, st.randoms(use_true_random=False), st.integers(1, 20_000))
def test_runs_hold_every_picture_that_is_asked_for_in_the_order_given(contents, chance, most):
    pictures, places, archive = make_archive(contents)
    wanted = chance.sample([*pictures], chance.randrange(len(pictures) + 1))
    if chance.random() < 0.5:
        wanted.sort(key=lambda one: one.image_id)

    found = []
    for span in spans_of(wanted, places, most_bytes=most):
        pieces = pieces_of(span)
        assert pieces == sorted(pieces)
        assert len(pieces) <= 64
        assert len(span) == 1 or sum(one.end - one.first for one in span) <= most
        read = b"".join(archive[first:end] for first, end in pieces)
        found += zip((one.picture for one in span), contents_of(span, read), strict=True)

    assert [one for one, _ in found] == wanted
    assert all(content == pictures[one] for one, content in found)


def test_pictures_that_lie_apart_are_asked_for_without_what_is_between():
    chance = random.Random(1)
    pictures, places, _ = make_archive([chance.randbytes(5000) for _ in range(200)])
    wanted = [*pictures][::20]
    (span,) = spans_of(wanted, places)
    assert [end - first for first, end in pieces_of(span)] == [5000] * 10


def test_neighbours_are_asked_for_as_one_piece():
    chance = random.Random(1)
    pictures, places, archive = make_archive([chance.randbytes(5000) for _ in range(200)])
    (span,) = spans_of(pictures, places)
    ((_, end),) = pieces_of(span)
    assert end == places.end < len(archive)


def test_places_are_those_of_the_zip():
    pictures, places, archive = make_archive([bytes([n]) * (300 + n) for n in range(30)])
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
    for one, content in pictures.items():
        placed = places.find(one)
        assert archive[placed.first : placed.end] == content


@pytest.mark.parametrize("ends_with", [b"\0", b"\0\0"])
def test_an_id_that_ends_with_zeros_is_found(ends_with):
    number = next(
        n for n in range(2**20) if sha256(b"%d" % n).digest().endswith(ends_with[: len(ends_with)])
    )
    pictures, places, _ = make_archive([b"%d" % number, b"another", b"a third"])
    for member, one in enumerate(pictures):
        assert places.digest(member).hex() == one.image_id
        assert places.find(one).end - places.find(one).first == one.size_bytes

import io
import subprocess
import zipfile
import zlib
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.rules.archives import Layout, Part
from tests.fixtures.shared import need_program


def layout_of(contents, names):
    encoded = [name.encode() for name in names]
    return Layout(
        np.array([len(content) for content in contents], dtype=np.int64),
        np.array([zlib.crc32(content) for content in contents], dtype=np.int64),
        name=encoded.__getitem__,
        name_bytes=np.array([len(name) for name in encoded], dtype=np.int64),
    )


def read(layout, contents, first, end):
    return b"".join(
        contents[one.member][one.first : one.end] if isinstance(one, Part) else one
        for one in layout.read(first, end)
    )


def whole(layout, contents):
    return read(layout, contents, 0, layout.size_bytes)


members = st.lists(st.tuples(st.binary(max_size=40), st.text("aä/.", max_size=5)), max_size=12)


@given(members, st.data())
def test_any_range_is_that_range_of_the_whole(members, data):
    contents = [content for content, _ in members]
    layout = layout_of(contents, [f"{number}{name}" for number, (_, name) in enumerate(members)])
    archive = whole(layout, contents)
    assert len(archive) == layout.size_bytes
    first = data.draw(st.integers(0, len(archive)))
    end = data.draw(st.integers(first, len(archive)))
    assert read(layout, contents, first, end) == archive[first:end]


@given(members)
def test_a_reader_finds_every_member_under_its_name_whole(members):
    contents = [content for content, _ in members]
    names = [f"{number}/{name}." for number, (_, name) in enumerate(members)]
    archive = whole(layout_of(contents, names), contents)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == names
        assert [opened.read(name) for name in names] == contents


@given(members.filter(len), st.data())
def test_the_place_of_a_member_needs_only_those_before_it(members, data):
    contents = [content for content, _ in members]
    names = [f"{number}{name}" for number, (_, name) in enumerate(members)]
    archive = whole(layout_of(contents, names), contents)
    member = data.draw(st.integers(0, len(members) - 1))
    shorter = layout_of(contents[: member + 1], names[: member + 1])
    first, end = shorter.place_of(member)
    assert archive[first:end] == contents[member]


def test_the_same_members_are_the_same_bytes():
    contents, names = [b"one", b"", b"three"], ["images/ü.jpg", "b.csv", "c"]
    assert whole(layout_of(contents, names), contents) == whole(
        layout_of(contents, names), contents
    )


@pytest.mark.parametrize("count", [3, 70_000])
def test_unzip_accepts_it(tmp_path, count):
    need_program("unzip")
    contents = [b"%d" % number for number in range(count)]
    layout = layout_of(contents, [f"images/{number:06}.jpg" for number in range(count)])
    path = tmp_path / "a.zip"
    path.write_bytes(whole(layout, contents))
    subprocess.run(["unzip", "-tq", path], check=True, capture_output=True)


@pytest.mark.parametrize("count", [65_534, 65_535, 65_536])
def test_more_members_than_16_bits_count_are_all_listed(count):
    contents = [b"x"] * count
    archive = whole(layout_of(contents, [f"{n:06}" for n in range(count)]), contents)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert len(opened.namelist()) == count
        assert opened.read(f"{count - 1:06}") == b"x"


class Sparse(io.RawIOBase):
    """An archive of large members of zeros, read at any place."""

    def __init__(self, layout):
        self._layout, self._at = layout, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=io.SEEK_SET):
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._layout.size_bytes}
        self._at = start[whence] + offset
        return self._at

    def tell(self):
        return self._at

    def readinto(self, out):
        pieces = self._layout.read(self._at, min(self._at + len(out), self._layout.size_bytes))
        found = b"".join(
            bytes(one.end - one.first) if isinstance(one, Part) else one for one in pieces
        )
        out[: len(found)] = found
        self._at += len(found)
        return len(found)


GB = 10**9


def crc32s_of_zeros(sizes):
    """Those of small members; of the others nobody reads the end."""
    return np.array([zlib.crc32(bytes(size)) if size < 100 else 0 for size in sizes])


@pytest.mark.parametrize(
    "sizes",
    [
        [3 * GB, 2 * GB, 7],
        # Headers that begin right before, at and behind the last offset of 32 bits.
        *([2**31, 2**31 - 64 + shift, 5, 6] for shift in (-2, -1, 0, 1, 2)),
        [10**6] * 50_000,
    ],
)
def test_members_behind_4_gib_are_found(sizes):
    names = [b"%06d" % number for number in range(len(sizes))]
    layout = Layout(
        np.array(sizes),
        crc32s_of_zeros(sizes),
        name=names.__getitem__,
        name_bytes=np.full(len(sizes), 6),
    )
    with zipfile.ZipFile(Sparse(layout)) as opened:
        listed = opened.infolist()
        assert [info.file_size for info in listed] == sizes
        # Opening reads the member's own header, and refuses one that is not there.
        for info in chain(listed[:3], listed[-3:]):
            with opened.open(info) as member:
                assert member.read(5) == bytes(5)


def test_an_offset_of_exactly_32_bits_needs_zip64():
    first = 2**32 - 1 - 30 - 1
    layout = Layout(
        np.array([first, 4]), crc32s_of_zeros([first, 4]), name=[b"a", b"b"].__getitem__,
        name_bytes=np.ones(2, dtype=np.int64),
    )  # fmt: skip
    with zipfile.ZipFile(Sparse(layout)) as opened:
        assert opened.infolist()[1].header_offset == 2**32 - 1
        with opened.open("b") as member:
            assert member.read(3) == bytes(3)


def test_a_member_of_4_gib_is_refused():
    with pytest.raises(ValueError, match="less than 4 GiB"):
        Layout(
            np.array([2**32]), np.zeros(1, dtype=np.int64), name=lambda _: b"a",
            name_bytes=np.ones(1, dtype=np.int64),
        )  # fmt: skip

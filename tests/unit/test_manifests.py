import hashlib
import io
import tracemalloc
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import LockError
from hub.rules.manifests import (
    Box,
    LabelRef,
    Picture,
    line_of,
    picture_from,
    read_manifest,
    write_manifest,
)
from hub.rules.recipes import make_recipe

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ids = st.binary(min_size=1, max_size=8).map(lambda seed: hashlib.sha256(seed).hexdigest())
label_lists = st.lists(
    st.builds(LabelRef, key=text, name=text, mid=st.none() | text),
    max_size=4,
    unique_by=lambda label: label.key,
)
label_tuples = label_lists.map(lambda found: tuple(sorted(found, key=lambda label: label.key)))
shares = st.floats(0, 1)
boxes = st.builds(
    Box,
    label_key=text,
    x_min=shares,
    x_max=shares,
    y_min=shares,
    y_max=shares,
    source=text,
    is_group_of=st.booleans(),
)
pictures = st.builds(
    Picture,
    image_id=ids,
    format=st.sampled_from(["jpeg", "png", "webp"]),
    size_bytes=st.integers(1, 2**40),
    crc32=st.integers(0, 2**32 - 1),
    width_px=st.integers(1, 10**5),
    height_px=st.integers(1, 10**5),
    split=st.sampled_from(["train", "validation", "test", "none"]),
    group_id=text,
    label_key=text,
    labels=label_tuples,
    picked=label_tuples,
    licence=text,
    author=text,
    source=text,
    taken_at=st.none() | text,
    country=st.none() | text,
    city=st.none() | text,
    neighbourhood=st.none() | text,
    negatives=label_tuples,
    verified=st.lists(text, max_size=3, unique=True).map(lambda keys: tuple(sorted(keys))),
    boxes=st.lists(boxes, max_size=3).map(tuple),
)
manifests = st.lists(pictures, min_size=1, max_size=5, unique_by=lambda one: one.image_id).map(
    lambda some: sorted(some, key=lambda one: one.image_id)
)

RECIPE = make_recipe({"labels": ["Toy"]})
TOY = LabelRef("m_0138tl", "Toy", "/m/0138tl")
BEAR = LabelRef("m_01dws", "Bear", "/m/01dws")


def picture_no(number):
    return Picture(
        image_id=f"{number:064x}",
        format="jpeg",
        size_bytes=285_000,
        crc32=number,
        width_px=1024,
        height_px=768,
        split="train",
        group_id=f"{number:064x}",
        label_key="m_0kmg4",
        labels=(TOY, BEAR),
        picked=(TOY,),
        licence="CC-BY-4.0",
        author="Ann",
        source="",
        taken_at="2024-05-01T12:00:00Z",
        country=None,
        city=None,
        neighbourhood=None,
    )


def written(some):
    out = io.BytesIO()
    return out, write_manifest(some, out, recipe=RECIPE)


@given(manifests)
def test_a_manifest_reads_back_as_it_was_written(some):
    out, summary = written(some)
    assert list(read_manifest(io.BytesIO(out.getvalue()), root=summary.root)) == some
    assert summary.root == hashlib.sha256(out.getvalue()).hexdigest()
    assert (summary.images, summary.bytes) == (len(some), sum(one.size_bytes for one in some))


@given(manifests)
def test_a_picture_is_one_line_whatever_its_names_hold(some):
    out, _ = written(some)
    assert out.getvalue().count(b"\n") == 1 + len(some)


@given(pictures, st.randoms())
def test_the_order_of_labels_and_fields_does_not_matter(picture, chance):
    fields = list(asdict(picture).items())
    chance.shuffle(fields)
    values = dict(fields)
    for name in ("labels", "picked"):
        values[name] = chance.sample(values[name], len(values[name]))
    assert line_of(picture_from(values)) == line_of(picture)


@given(manifests, st.data())
def test_one_changed_byte_anywhere_is_found(some, data):
    out, summary = written(some)
    changed = bytearray(out.getvalue())
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(LockError, match=summary.root):
        list(read_manifest(io.BytesIO(changed), root=summary.root))


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[:-1],
        lambda lines: lines[1:],
        lambda lines: [*lines, lines[-1]],
        lambda lines: lines[::-1],
        lambda lines: [*lines, b"\n"],
        lambda lines: [],
    ],
)
def test_lines_lost_added_or_moved_are_found(change):
    out, summary = written(map(picture_no, range(3)))
    lines = out.getvalue().splitlines(keepends=True)
    with pytest.raises(LockError, match=r"changed or is damaged"):
        list(read_manifest(io.BytesIO(b"".join(change(lines))), root=summary.root))


@pytest.mark.parametrize(
    "change",
    [
        {"image_id": "../../etc/passwd"},
        {"format": "svg"},
        {"size_bytes": "1"},
        {"crc32": True},
        {"city": 7},
        {"extra": 1},
        {"labels": [{"key": "k"}]},
    ],
)
def test_a_line_that_is_no_picture_is_refused_even_under_its_own_root(change):
    line = line_of(picture_from({**asdict(picture_no(1))}))
    assert b'"crc32":1' in line
    with pytest.raises((ValueError, TypeError, KeyError)):
        picture_from({**asdict(picture_no(1)), **change})


def test_pictures_out_of_order_or_twice_are_not_written():
    for numbers in ([2, 1], [1, 1]):
        with pytest.raises(AssertionError, match="ascending"):
            written(map(picture_no, numbers))


def test_pictures_are_counted_by_every_label_they_were_picked_by():
    both = replace(picture_no(2), picked=(TOY, BEAR))
    _, summary = written([picture_no(1), both])
    assert summary.per_label == {"Bear": 1, "Toy": 2}


def test_ten_thousand_pictures_are_written_and_read_in_little_memory(tmp_path):
    path = tmp_path / "manifest"
    tracemalloc.start()
    try:
        with path.open("wb") as out:
            summary = write_manifest(map(picture_no, range(1, 10_001)), out, recipe=RECIPE)
        with path.open("rb") as lines:
            assert sum(1 for _ in read_manifest(lines, root=summary.root)) == 10_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 5_000_000
    assert peak < 1_000_000


def test_the_canonical_text_never_changes():
    # Every lock that was ever made names bytes like these: a change needs a new format version.
    line = line_of(picture_no(1))
    assert hashlib.sha256(line).hexdigest() == (
        "9be1c778b35398835229b76490d706cc009157deec20f9a742fcf4c6f395fabb"
    )


def test_a_manifest_of_the_first_release_is_read_without_its_head():
    lines = b"".join(line_of(picture_no(number)) for number in (1, 2))
    root = hashlib.sha256(lines).hexdigest()
    assert [*read_manifest(io.BytesIO(lines), root=root)] == [picture_no(1), picture_no(2)]


def test_another_recipe_is_another_root():
    one = write_manifest([picture_no(1)], io.BytesIO(), recipe=RECIPE)
    other = write_manifest([picture_no(1)], io.BytesIO(), recipe=make_recipe({"all_of": ["Toy"]}))
    assert one.root != other.root

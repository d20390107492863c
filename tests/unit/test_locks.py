from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import LockError
from hub.rules.locks import Lock, Notes, lock_text, parse_lock
from hub.rules.recipes import Recipe, make_recipe
from tests.fixtures.recipes import recipes

text = st.text(st.characters(exclude_categories=["Cs"]))
locks = st.builds(
    Lock,
    root=st.binary(min_size=32, max_size=32).map(bytes.hex),
    images=st.integers(1, 2**62),
    bytes=st.integers(1, 2**62),
    recipe=recipes,
    notes=st.builds(
        Notes,
        name=text,
        hub=text,
        lake_version=st.integers(0, 2**62),
        created_at=text,
        created_by=text,
        note=text,
    ),
)

LOCK = Lock(
    root="ab" * 32,
    images=2,
    bytes=570_000,
    recipe=Recipe(("Bear", "Toy"), with_descendants=True),
    notes=Notes("bears", "hub-1", 3, "2026-11-21T10:00:00Z", "ann"),
)


@given(locks)
def test_a_lock_reads_back_as_it_was_written(lock):
    read = parse_lock(lock_text(lock), where="F")
    assert (read, read.notes) == (lock, lock.notes)


@given(locks)
def test_a_lock_without_notes_names_the_same_pictures_and_nothing_else(lock):
    bare = lock_text(lock, with_notes=False)
    read = parse_lock(bare, where="F")
    assert (read, read.notes) == (lock, Notes())
    assert bare == lock_text(replace(lock, notes=LOCK.notes), with_notes=False)


def test_a_lock_is_plain_toml():
    assert lock_text(LOCK) == (
        "[subset]\nformat = 2\n"
        f'root = "{"ab" * 32}"\nimages = 2\nbytes = 570000\n'
        '\n[recipe]\nlabels = ["Bear", "Toy"]\nwith_descendants = true\n'
        '\n[notes]\nname = "bears"\nhub = "hub-1"\nlake_version = 3\n'
        'created_at = "2026-11-21T10:00:00Z"\ncreated_by = "ann"\n'
    )


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("[subset]", "[subsets]", r"\[subset\] format: it is missing"),
        ("format = 2", "format = 3", r"\[subset\] format: version 3"),
        ('root = "ab', 'root = "../', r"\[subset\] root: '\.\./"),
        ('root = "ab', 'root = "AB', r"\[subset\] root"),
        ("images = 2", "images = true", r"\[subset\] images: it must be a whole number"),
        ("images = 2", "images = 0", r"\[subset\] images"),
        ("bytes = 570000", "", r"\[subset\] bytes: it is missing"),
        ("[recipe]", "[recipes]", r"\[recipe\] labels: it is missing"),
        ('name = "bears"', "name = 7", r"\[notes\] name: it must be text"),
        ('"hub-1"', '"hub-1', r"is not a subset lock: .*line 13"),
        ("images = 2", "images = " + "9" * 5000, "is not a subset lock: "),
        ("images = 2", "images = 0x" + "f" * 5000, r"\[subset\] images: it must be a whole number"),
        ("lake_version = 3", "lake_version = 9223372036854775808", r"\[notes\] lake_version"),
        ("[notes]", "[" + "[" * 5000, "is not a subset lock: "),
        ("[notes]", "more = " + "[" * 5000, "is not a subset lock: "),
    ],
)
def test_a_lock_that_is_not_sound_says_what_and_where(written, instead, said):
    assert written in lock_text(LOCK)
    with pytest.raises(LockError, match=f"^my.lock.*{said}"):
        parse_lock(lock_text(LOCK).replace(written, instead), where="my.lock")


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('["Bear", "Toy"]', "[]", "names no label"),
        ('["Bear", "Toy"]', "[1]", "labels is"),
        ("= true", '= "yes"', "with_descendants is .* true or false"),
        ("[recipe]", "[recipe]\ncolour = 7", "has the key 'colour'"),
    ],
)
def test_a_lock_with_an_unsound_recipe_says_what_is_wrong_with_it(written, instead, said):
    with pytest.raises(LockError, match=rf"^The lock my.lock.*{said}"):
        parse_lock(lock_text(LOCK).replace(written, instead), where="my.lock")


def test_notes_that_are_no_table_are_told():
    with pytest.raises(LockError, match=r"at \[notes\] name: it must be a table"):
        parse_lock("notes = 3\n" + lock_text(LOCK, with_notes=False), where="my.lock")


def test_tables_of_a_later_minor_version_are_left_aside():
    later = lock_text(LOCK) + "\n[more]\nx = 1\n"
    assert parse_lock(later, where="F") == LOCK


def test_a_lock_of_the_first_release_is_read_and_written_as_it_was():
    first = lock_text(LOCK).replace("format = 2", "format = 1")
    lock = parse_lock(first, where="F")
    assert (lock.format, lock.recipe) == (
        1,
        make_recipe({"labels": ["Toy", "Bear"]} | {"with_descendants": True}),
    )
    assert lock_text(lock) == first

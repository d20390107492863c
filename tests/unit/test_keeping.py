"""Which files are kept, in order of receipt, and which groups kept pictures join."""

from hypothesis import given
from hypothesis import strategies as st

from hub.rules.keeping import File, Finding, assign_groups, decide
from hub.rules.splits import split_of


def a_file(number, image_id, *, sha256=None, receipt_no=None, label="a", path=None, is_apart=False):
    return File(
        file_id=number,
        receipt_no=receipt_no or number,
        sha256=sha256 or f"s{image_id}",
        label_key=label,
        path=path or f"{number}.jpg",
        image_id=image_id,
        is_apart=is_apart,
    )


def near(image_id, other, *, relation="near", look=0.1):
    return Finding(image_id, other, relation, 3, look, 2)


def told(decisions):
    return {one.file.file_id: (one.image_id, one.relation) for one in decisions.repeats}


def test_a_file_repeats_what_was_received_before_it():
    files = [a_file(2, "b"), a_file(1, "a")]
    assert told(decide(files, [near("a", "b")], kept_before={})) == {2: ("a", "near")}


def test_a_file_does_not_repeat_one_that_is_not_kept_itself():
    files = [a_file(1, "a"), a_file(2, "b"), a_file(3, "c")]
    chain = [near("b", "a"), near("c", "b")]
    decisions = decide(files, chain, kept_before={})
    assert told(decisions) == {2: ("a", "near")}
    assert decisions.related == []


def test_equal_pixels_go_before_near_looks_and_nearer_looks_before_others():
    files = [a_file(9, "x")]
    kept = {"p": "sp", "n1": "s1", "n2": "s2"}
    findings = [near("x", "n1", look=0.3), near("x", "n2", look=0.2)]
    assert told(decide(files, findings, kept_before=kept)) == {9: ("n2", "near")}
    findings.append(near("x", "p", relation="pixels", look=0.9))
    assert told(decide(files, findings, kept_before=kept)) == {9: ("p", "pixels")}


def test_bytes_are_told_from_other_bytes_of_the_same_picture():
    kept = {"a": "first"}
    files = [a_file(5, "a", sha256="first"), a_file(6, "a", sha256="with more EXIF")]
    assert told(decide(files, [], kept_before=kept)) == {5: ("a", "bytes"), 6: ("a", "pixels")}


def test_a_path_under_two_labels_is_one_file():
    files = [
        a_file(1, "a", receipt_no=1, label="cat", path="x.jpg"),
        a_file(2, "a", receipt_no=1, label="dog", path="x.jpg"),
        a_file(3, "a", receipt_no=1, label="dog", path="y.jpg"),
    ]
    assert told(decide(files, [], kept_before={})) == {3: ("a", "bytes")}


def test_a_file_set_apart_is_kept_and_its_likeness_is_told_as_related():
    files = [a_file(7, "x", is_apart=True), a_file(8, "x")]
    decisions = decide(files, [near("x", "k")], kept_before={"k": "sk"})
    assert told(decisions) == {8: ("x", "bytes")}
    assert [(one.image_id, one.other, one.relation) for one in decisions.related] == [
        ("x", "k", "near")
    ]


def test_related_pictures_are_told_once_from_the_later_to_the_earlier():
    files = [a_file(1, "a"), a_file(2, "b")]
    decisions = decide(files, [near("a", "b", relation="mirrored")], kept_before={})
    assert [(one.image_id, one.other) for one in decisions.related] == [("b", "a")]


names = st.integers(0, 7).map(str)


@given(
    files=st.lists(st.tuples(names, st.booleans()), max_size=12),
    pairs=st.dictionaries(
        st.frozensets(names, min_size=2, max_size=2),
        st.sampled_from(["pixels", "near", "mirrored", "alike"]),
        max_size=12,
    ),
)
def test_a_bulk_run_decides_as_the_same_files_one_by_one(files, pairs):
    batch = [a_file(n, name, is_apart=apart) for n, (name, apart) in enumerate(files, start=1)]
    findings = [near(*sorted(pair), relation=kind) for pair, kind in pairs.items()]
    whole = decide(reversed(batch), findings, kept_before={})
    kept, one_by_one, related = {}, {}, []
    for file in batch:
        decisions = decide([file], findings, kept_before=kept)
        one_by_one |= told(decisions)
        related += decisions.related
        if not decisions.repeats:
            kept[file.image_id] = file.sha256
    assert told(whole) == one_by_one
    assert whole.related == related


def test_a_picture_joins_the_group_of_the_first_related_one():
    placed = assign_groups(
        ["c", "d"], [("c", "b"), ("c", "a"), ("d", "c")], groups={"b": "g", "a": "g"}
    )
    assert list(placed) == [("c", "g", split_of("g")), ("d", "g", split_of("g"))]


def test_a_picture_near_groups_of_two_splits_falls_into_none():
    one = next(name for name in map(str, range(999)) if split_of(name) == "train")
    two = next(name for name in map(str, range(999)) if split_of(name) == "test")
    groups = {"a": one, "b": two}
    placed = list(assign_groups(["x", "y"], [("x", "a"), ("x", "b"), ("y", "x")], groups=groups))
    assert placed == [("x", one, "none"), ("y", one, "train")]

import pytest
from pyspark.sql.types import StringType, StructType

from jobs import dedupe, schemas

PIXELS = StructType().add("image_id", StringType()).add("pixels_sha256", StringType())


@pytest.fixture
def duplicates(spark):
    """Return `find(new, kept, pixels)`: (file_id, kept image_id, relation) of each duplicate."""

    def file(file_id, receipt_no, sha256, *, image=None, label="m_cat", path=None, look="look"):
        return {
            "file_id": file_id,
            "receipt_no": receipt_no,
            "label_key": label,
            "path": path or f"{file_id}.jpg",
            "sha256": sha256,
            "image_id": image or f"picture-{sha256}",
            "reduced_sha256": look,
        }

    def find(new, kept=(), pixels=()):
        good = spark.createDataFrame([file(*a, **k) for a, k in new], schemas.FILES_CHECKED)
        before = spark.createDataFrame([file(*a, **k) for a, k in kept], schemas.IMAGES_KEPT)
        digests = spark.createDataFrame(list(pixels), PIXELS)
        found = dedupe.find_duplicates(dedupe.compared(good, before), digests).collect()
        return sorted((row.file_id, row.image_id, row.relation) for row in found)

    return find


def file(*args, **kwargs):
    return args, kwargs


def test_equal_bytes_keep_the_earliest_receipt_and_in_it_the_smallest_path(duplicates):
    new = [file(1, 8, "a"), file(2, 7, "a", path="z"), file(3, 7, "a", path="b")]
    assert duplicates(new) == [(1, "picture-a", "bytes"), (2, "picture-a", "bytes")]


def test_within_a_receipt_the_digest_decides_not_the_order_of_listing(duplicates):
    new = [file(1, 1, "b", image="same"), file(2, 1, "a", image="same")]
    assert duplicates(new) == [(1, "same", "pixels")]


def test_a_path_under_two_labels_is_one_file(duplicates):
    new = [file(1, 1, "a", path="p", label="m_b"), file(2, 1, "a", path="p", label="m_a")]
    assert duplicates(new) == []


def test_a_path_of_another_receipt_is_another_file(duplicates):
    assert duplicates([file(1, 1, "a", path="p"), file(2, 2, "a", path="p")]) == [
        (2, "picture-a", "bytes")
    ]


def test_a_picture_kept_before_comes_first_whatever_its_receipt(duplicates):
    found = duplicates([file(2, 1, "a")], kept=[file(1, 9, "a")])
    assert found == [(2, "picture-a", "bytes")]


def test_kept_pictures_that_look_otherwise_are_left_alone(duplicates):
    assert duplicates([file(2, 2, "b")], kept=[file(1, 1, "a", look="other")]) == []


def test_equal_looks_with_other_pixels_are_two_pictures(duplicates):
    pixels = [("picture-a", "px1"), ("picture-b", "px2")]
    assert duplicates([file(1, 1, "a"), file(2, 1, "b")], pixels=pixels) == []


def test_equal_pixels_in_other_bytes_are_one_picture(duplicates):
    pixels = [("picture-a", "px"), ("picture-b", "px")]
    found = duplicates([file(1, 1, "a"), file(2, 1, "b")], pixels=pixels)
    assert found == [(2, "picture-a", "pixels")]


def test_only_equal_looks_with_other_bytes_have_their_pixels_compared(spark):
    rows = [
        {"image_id": "p", "sha256": "a", "reduced_sha256": "one"},
        {"image_id": "p", "sha256": "a", "reduced_sha256": "one"},
        {"image_id": "q", "sha256": "b", "reduced_sha256": "two"},
        {"image_id": "r", "sha256": "c", "reduced_sha256": "two"},
    ]
    crowded = dedupe.crowded_files(spark.createDataFrame(rows, schemas.FILES_CHECKED))
    assert sorted((row.image_id, row.sha256) for row in crowded.collect()) == [
        ("q", "b"),
        ("r", "c"),
    ]

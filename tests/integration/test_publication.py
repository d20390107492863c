import pytest

from hub.lake import outcomes
from hub.services.publication import publish_batch
from tests.fixtures.world import image_of

A, B = image_of("a.jpg"), image_of("b.jpg")


def publish(world, batch_no):
    publish_batch(
        world.db,
        batch_no,
        outcomes=outcomes.list_outcomes(world.lake_root, batch_no),
        published=outcomes.list_published(world.lake_root, batch_no),
        related=outcomes.list_related(world.lake_root, batch_no),
    )


def contents(world):
    """Every table that a publication writes, whole."""
    tables = ("image", "image_hash", "image_relation", "label_claim", "label_count")
    held = {name: world.sql(f"SELECT * FROM {name} ORDER BY 1, 2") for name in tables}
    return held | {"files": world.sql("SELECT * FROM submission_file ORDER BY file_id")}


def test_what_was_measured_of_a_picture_is_kept(world):
    assert world.sql(
        "SELECT rule_version, brightness_p5, brightness_p99, information, sharpness, is_grey"
        " FROM image WHERE image_id = %s",
        A,
    ) == [(1, 0.1, 0.9, 0.7, 0.6, False)]


def test_hashes_are_kept_by_kind_and_those_of_plain_pictures_left_out(world):
    kinds = world.sql("SELECT kind FROM image_hash WHERE image_id = %s ORDER BY kind", A)
    assert kinds == [("phash",), ("phash_crop5",)]


def test_verdicts_carry_their_distances_and_rule(world):
    found = world.sql(
        "SELECT path, relation, distance, look_distance, rule_version FROM submission_file"
        " WHERE outcome = 'duplicate' ORDER BY path"
    )
    assert found == [("a-again.jpg", "bytes", 0, 0, 1), ("a-copy.jpg", "bytes", 0, 0, 1)]


def test_related_pictures_are_kept_with_what_relates_them(world):
    [(later, earlier, *said)] = world.sql("SELECT * FROM image_relation")
    assert (later, earlier) == (B, A)
    assert said == ["alike", 9, pytest.approx(0.123456789), 1]


def test_publishing_again_changes_nothing(world):
    before = contents(world)
    publish(world, 1)
    publish(world, 2)
    assert contents(world) == before


def test_a_batch_that_the_last_release_wrote_is_published(as_the_last_release, world):
    assert world.sql("SELECT DISTINCT rule_version, is_grey FROM image") == [(None, None)]
    assert world.sql("SELECT DISTINCT kind FROM image_hash") == [("phash",)]
    assert world.sql("SELECT count(*) FROM image_relation") == [(0,)]


def test_a_verdict_of_the_last_release_was_exact(as_the_last_release, world):
    assert world.sql(
        "SELECT DISTINCT distance, look_distance, rule_version FROM submission_file"
        " WHERE outcome = 'duplicate'"
    ) == [(0, 0, 1)]

"""What imports say of files, taken over when their pictures are published, and taken back."""

import pytest

from hub.objects.local import Objects
from hub.services import duplicates
from hub.services.checks.catalogue import catalogue_differences
from hub.services.duplicates import undo
from hub.services.label_changes import add_label, merge_labels
from hub.services.publication import publish_batch
from hub.services.verification import fingerprint
from tests.fixtures.claims import Pictures

BOX = (0.1, 0.4, 0.2, 0.6)
OTHER = (0.5, 0.75, 0.5, 0.75)


class Imports(Pictures):
    """Publishes pictures of which imports say more than a label."""

    said = ()

    def say(self, *, claims=(), boxes=()):
        """Let the next files' imports say this: (label, value), and (label, place)."""
        self.said = [claims, boxes]
        return self

    def _receive(self, label_ids):
        files = super()._receive(label_ids)
        claims, boxes = self.said or ((), ())
        for label_id, value in claims:
            self._run("INSERT INTO file_claim VALUES (%s, %s, %s, true)", files[0], label_id, value)
        for number, (label_id, place) in enumerate(boxes):
            self._run(
                "INSERT INTO file_box VALUES (%s, %s, %s, %s, %s, %s, %s, 'coco', false)",
                files[0],
                label_id,
                number,
                *place,
            )
        self.said = ()
        return files

    def again(self):
        publish_batch(self.db, self._batch_no, outcomes=[], published=[], related=[])

    def claims(self):
        """{label: (value, source, is_verified, is_disputed)}"""
        rows = self._run(
            "SELECT label_id, value, source, is_verified, is_disputed FROM label_claim"
        )
        return {label_id: tuple(rest) for label_id, *rest in rows}

    def boxes(self, label_id):
        return self._run(
            "SELECT box_no, x_min, x_max, y_min, y_max FROM label_box WHERE label_id = %s"
            " ORDER BY box_no",
            label_id,
        )


@pytest.fixture
def pictures(db):
    return Imports(db)


@pytest.fixture
def cat(db):
    return add_label(db, "Cat", by="a test").label_id


@pytest.fixture
def dog(db):
    return add_label(db, "Dog", by="a test").label_id


@pytest.fixture
def differences(db, tmp_path):
    """Return `differences()`: which kinds verification finds of claims, boxes and counts."""

    def find():
        found = catalogue_differences(db, Objects(tmp_path / "objects"))
        return {one.kind for one in found if one.kind.startswith(("claim", "box", "count_"))}

    return find


CONFIRMED = ("positive", "import", True, False)
DENIED = ("negative", "import", True, False)
DISPUTED = ("positive", "import", True, True)
SUPPLIED = ("positive", "supplier", False, False)
PROPOSED = ("proposed", "supplier", False, False)


def test_verified_claims_of_an_import_are_taken_over_and_counted(pictures, cat, dog, differences):
    pictures.say(claims=[(cat, "positive"), (dog, "negative")]).publish(cat)

    assert pictures.claims() == {cat: CONFIRMED, dog: DENIED}
    assert pictures._run("SELECT label_id, own, verified FROM label_count ORDER BY 1") == [
        (cat, 1, 1),
        (dog, 0, 0),
    ]
    assert differences() == set()


def test_publishing_again_adds_nothing(pictures, cat, dog):
    said = [(cat, BOX), (cat, OTHER), (cat, BOX)]
    pictures.say(claims=[(cat, "positive"), (dog, "negative")], boxes=said).publish(cat)
    before = pictures.claims(), pictures.boxes(cat)

    pictures.again()

    assert (pictures.claims(), pictures.boxes(cat)) == before
    assert pictures.boxes(cat) == [(1, *BOX), (2, *OTHER)]


@pytest.mark.parametrize(
    ("first", "then", "outcome"),
    [
        (None, "negative", DENIED),
        (None, "positive", CONFIRMED),
        ("negative", None, DENIED),
        ("positive", "negative", DISPUTED),
        ("negative", "positive", DISPUTED),
        ("negative", "negative", DENIED),
        ("positive", None, CONFIRMED),
    ],
)
def test_claims_meet_in_whatever_order(pictures, cat, dog, first, then, outcome, differences):
    """None is a supplier's word; a file that denies Cat comes under Dog."""

    def say(value):
        pictures.say(claims=[(cat, value)] if value else [])
        return dog if value == "negative" else cat

    image_id = pictures.publish(say(first))
    pictures.repeat(image_id, say(then), relation="pixels")

    assert pictures.claims()[cat] == outcome
    assert differences() == set()


def test_a_review_stands_against_an_import(pictures, cat, dog):
    image_id = pictures.publish(dog)
    pictures.deny(image_id, cat)
    pictures.say(claims=[(cat, "positive")]).repeat(image_id, cat)
    assert pictures.claims()[cat] == ("negative", "review", True, True)


def test_a_near_duplicate_only_proposes(pictures, cat, dog, differences):
    image_id = pictures.publish(dog)
    said = [(cat, "positive"), (dog, "negative")]
    pictures.say(claims=said, boxes=[(cat, BOX)]).repeat(image_id, cat, relation="near")

    assert pictures.claims() == {dog: SUPPLIED, cat: PROPOSED}
    assert pictures.boxes(cat) == []
    assert differences() == set()


def test_boxes_of_duplicates_follow_those_that_are_there(pictures, cat):
    image_id = pictures.say(boxes=[(cat, OTHER)]).publish(cat)
    pictures.say(boxes=[(cat, OTHER), (cat, BOX)]).repeat(image_id, cat)
    assert pictures.boxes(cat) == [(1, *OTHER), (2, *BOX)]


def test_the_order_of_boxes_is_not_that_of_a_list(pictures, cat):
    pictures.say(boxes=[(cat, OTHER), (cat, BOX)]).publish(cat)
    assert pictures.boxes(cat) == [(1, *BOX), (2, *OTHER)]


@pytest.mark.parametrize(
    ("value", "label", "before"),
    [("negative", "dog", SUPPLIED), ("positive", "cat", SUPPLIED), ("positive", "cat", None)],
)
def test_undoing_a_duplicate_takes_its_word_back(
    db, pictures, cat, dog, tmp_path, differences, value, label, before
):
    image_id = pictures.publish(cat if before else dog)
    said = {"claims": [(cat, value)], "boxes": [(cat, BOX)]}
    file_id = pictures.say(**said).repeat(image_id, dog if label == "dog" else cat)
    assert pictures.boxes(cat)

    undo(db, file_id, by="a test", objects=Objects(tmp_path / "objects"))

    assert pictures.claims().get(cat) == before
    assert pictures.boxes(cat) == []
    assert differences() == set()


def test_undoing_one_of_two_leaves_what_the_other_says(db, pictures, cat, dog, tmp_path):
    said = {"claims": [(cat, "negative")], "boxes": [(dog, BOX)]}
    image_id = pictures.say(**said).publish(dog)
    file_id = pictures.say(**said).repeat(image_id, dog)

    undo(db, file_id, by="a test", objects=Objects(tmp_path / "objects"))

    assert pictures.claims() == {cat: DENIED, dog: SUPPLIED}
    assert pictures.boxes(dog) == [(1, *BOX)]


def test_a_file_that_is_set_apart_takes_along_what_was_said_of_it(db, pictures, cat, dog):
    image_id = pictures.publish(cat)
    said = {"claims": [(cat, "negative")], "boxes": [(dog, BOX)]}
    file_id = pictures.say(**said).repeat(image_id, dog, relation="near")
    found = duplicates._get(db, file_id)
    duplicates._receive_apart(db, file_id, found)

    apart = "(SELECT file_id FROM submission_file WHERE apart_from_file_id IS NOT NULL)"
    assert pictures._run(f"SELECT label_id, value FROM file_claim WHERE file_id = {apart}") == [
        (cat, "negative")
    ]
    assert pictures._run(f"SELECT label_id, x_min FROM file_box WHERE file_id = {apart}") == [
        (dog, 0.1)
    ]


def test_a_merge_moves_boxes_and_what_files_say(db, pictures, cat, dog, differences):
    claims = [(cat, "positive"), (dog, "positive")]
    boxes = [(cat, BOX), (dog, BOX), (dog, OTHER)]
    image_id = pictures.say(claims=claims, boxes=boxes).publish(cat, dog)

    merge_labels(db, "Dog", into="Cat", by="a test")

    assert pictures.claims() == {cat: CONFIRMED}
    assert pictures.boxes(cat) == [(1, *BOX), (2, *OTHER)]
    assert differences() == set()
    # What comes later under the merged label is the same label's.
    pictures.say(claims=[(dog, "positive")], boxes=[(dog, OTHER)]).repeat(image_id, dog)
    pictures.again()
    assert pictures.claims() == {cat: CONFIRMED}
    assert pictures.boxes(cat) == [(1, *BOX), (2, *OTHER)]
    assert differences() == set()


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ("DELETE FROM file_claim", "claim_unsupported"),
        ("DELETE FROM label_claim WHERE value = 'negative'", "claim_missing"),
        ("UPDATE file_claim SET value = 'positive'", "claim_unsupported"),
        ("DELETE FROM file_box", "box_unsupported"),
        ("DELETE FROM label_box", "box_missing"),
        ("UPDATE label_box SET x_min = 0", "box_missing"),
    ],
)
def test_verification_names_claims_and_boxes_that_no_import_supports(
    pictures, cat, dog, differences, damage, kind
):
    pictures.say(claims=[(dog, "negative")], boxes=[(cat, BOX)]).publish(cat)
    assert differences() == set()
    pictures._run(damage)
    assert kind in differences()


def test_the_fingerprint_covers_boxes_but_not_their_numbers(db, pictures, cat):
    pictures.say(boxes=[(cat, BOX)]).publish(cat)
    whole = fingerprint(db)
    pictures._run("UPDATE label_box SET box_no = 7")
    assert fingerprint(db) == whole
    pictures._run("UPDATE label_box SET x_min = 0.05")
    assert fingerprint(db) != whole

import pytest

from hub.errors import Forbidden, NotFound, ReportError
from hub.services.accounts import add_user
from hub.services.counting import counting
from hub.services.label_changes import merge_labels
from hub.services.reports import list_open, list_reported, report, resolve, settle_proposal
from hub.services.verification import verify
from tests.fixtures.world import image_of

A, BOTH = image_of("a.jpg"), image_of("both.jpg")


@pytest.fixture
def eve(world):
    return add_user(world.db, "eve", role="data_scientist")


@pytest.fixture
def lara(world):
    return add_user(world.db, "lara", role="labeller")


def claim(world, image_id, label="cat"):
    [found] = world.sql(
        "SELECT value, source, is_verified, is_disputed FROM label_claim JOIN label_name"
        " USING (label_id) WHERE image_id = %s AND name = %s",
        image_id,
        label,
    )
    return found


def counts(world, label="cat"):
    [found] = world.sql(
        "SELECT own, verified, undisputed FROM label_count JOIN label_name USING (label_id)"
        " WHERE name = %s",
        label,
    )
    return found


def differences(world):
    world.db.commit()
    return verify(world.db, world.lake_root, world.objects).differences


def decisions(world):
    return world.sql("SELECT decided_by, action, subject, detail FROM decision")


def test_a_label_that_is_reported_is_disputed_until_a_review(world, eve):
    assert counts(world) == (2, 0, 2)
    report(world.db, eve, A, label="m_cat", reason="wrong", note="  a  dog ")
    assert claim(world, A) == ("positive", "supplier", False, True)
    assert counts(world) == (2, 0, 1)
    [waiting] = list_open(world.db).reports
    assert (waiting.image_id, waiting.name, waiting.notes) == (A, "cat", ["a dog"])
    assert list_reported(world.db, eve, A) == ["m_cat"]
    assert differences(world) == []


def test_a_report_that_is_upheld_makes_a_verified_negative(world, eve, lara):
    number = report(world.db, eve, A, label="m_cat", reason="wrong")
    resolve(world.db, number, upheld=True, by=lara)
    assert claim(world, A) == ("negative", "review", True, False)
    assert counts(world) == (1, 0, 1)
    assert list_open(world.db).reports == []
    [(by, action, subject, detail)] = decisions(world)
    assert (by, action, subject) == ("lara", "review", f"image/{A}")
    assert (detail["label"], detail["value"], detail["report"]) == ("m_cat", "negative", number)
    assert differences(world) == []


def test_a_report_that_is_rejected_leaves_the_label_verified(world, eve, lara):
    number = report(world.db, eve, A, label="m_cat", reason="unclear")
    resolve(world.db, number, upheld=False, by=lara)
    assert claim(world, A) == ("positive", "review", True, False)
    assert counts(world) == (2, 1, 2)
    assert differences(world) == []


def test_one_review_settles_what_several_have_reported(world, eve, lara):
    first = report(world.db, eve, A, label="m_cat", reason="wrong")
    report(world.db, lara, A, label="m_cat", reason="other_label")
    [waiting] = list_open(world.db).reports
    assert (waiting.report_id, waiting.reported_by) == (first, ["eve", "lara"])
    resolve(world.db, first, upheld=True, by=lara)
    assert list_open(world.db).reports == []
    with pytest.raises(ReportError, match="settled"):
        resolve(world.db, first, upheld=False, by=lara)


def test_nobody_reports_the_same_twice(world, eve):
    report(world.db, eve, A, label="m_cat", reason="wrong")
    report(world.db, eve, BOTH, label="m_cat", reason="wrong")
    with pytest.raises(ReportError, match="already"):
        report(world.db, eve, A, label="m_cat", reason="wrong")


def test_nobody_reports_more_than_reviews_keep_up_with(world, eve, lara, monkeypatch):
    monkeypatch.setattr("hub.services.reports.MOST_OPEN", 1)
    first = report(world.db, eve, A, label="m_cat", reason="wrong")
    with pytest.raises(ReportError, match="wait for a review"):
        report(world.db, eve, BOTH, label="m_cat", reason="wrong")
    resolve(world.db, first, upheld=False, by=lara)
    report(world.db, eve, BOTH, label="m_cat", reason="wrong")


def test_a_picture_is_reported_as_a_whole(world, eve, lara):
    number = report(world.db, eve, A, reason="person", note="my face")
    assert claim(world, A) == ("positive", "supplier", False, False)
    [waiting] = list_open(world.db).reports
    assert (waiting.key, waiting.reasons) == (None, ["person"])
    resolve(world.db, number, upheld=True, by=lara)
    [(_, _, _, detail)] = decisions(world)
    assert detail == {"report": number, "resolution": "upheld"}
    assert differences(world) == []


def test_what_may_not_be_said_is_refused(world, eve):
    with pytest.raises(ReportError, match="Say why"):
        report(world.db, eve, A, label="m_cat", reason="person")
    with pytest.raises(ReportError, match="characters"):
        report(world.db, eve, A, reason="other", note="x" * 1001)
    with pytest.raises(NotFound, match="label"):
        report(world.db, eve, A, label="m_none", reason="wrong")
    with pytest.raises(NotFound, match="picture"):
        report(world.db, eve, "0" * 64, reason="other")


@pytest.mark.parametrize("role", ["supplier", "data_scientist", "premium"])
def test_only_labellers_and_ops_review(world, eve, role):
    number = report(world.db, eve, A, label="m_cat", reason="wrong")
    somebody = add_user(world.db, "somebody", role=role)
    with pytest.raises(Forbidden):
        resolve(world.db, number, upheld=True, by=somebody)
    with pytest.raises(Forbidden):
        settle_proposal(world.db, A, "m_cat", confirmed=True, by=somebody)


@pytest.mark.parametrize(("confirmed", "value"), [(True, "positive"), (False, "negative")])
def test_a_proposed_label_is_confirmed_or_refused(world, lara, confirmed, value):
    propose(world)
    [waiting] = list_open(world.db).proposals
    assert (waiting.image_id, waiting.key) == (A, "m_dog")
    settle_proposal(world.db, A, "m_dog", confirmed=confirmed, by=lara)
    assert claim(world, A, "dog") == (value, "review", True, False)
    assert list_open(world.db).proposals == []
    assert differences(world) == []
    with pytest.raises(ReportError, match="not proposed"):
        settle_proposal(world.db, A, "m_dog", confirmed=True, by=lara)


def propose(world):
    """Let the second batch's copy of A be a near duplicate, whose label is only proposed."""
    with counting(world.db, images=[A]):
        world.sql(
            "UPDATE label_claim SET value = 'proposed' WHERE image_id = %s AND label_id ="
            " (SELECT label_id FROM label WHERE label_key = 'm_dog')",
            A,
        )


def test_a_report_of_a_label_that_was_merged_is_of_the_one_that_stands_for_it(world, eve, lara):
    number = report(world.db, eve, A, label="m_cat", reason="wrong")
    merge_labels(world.db, "cat", into="dog", by="olga")
    [waiting] = list_open(world.db).reports
    assert waiting.key == "m_dog"
    resolve(world.db, number, upheld=True, by=lara)
    assert claim(world, A, "dog")[0] == "negative"

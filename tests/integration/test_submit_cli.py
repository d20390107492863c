import json
import re

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub
from hub.errors import NotFound, SubmitError
from hub.rules.reasons import Reason
from hub.rules.remedies import REMEDIES

IMAGE_ID = "1" * 64


@pytest.fixture
def hub(intake, database_url, tmp_path):
    """Return `hub(*arguments)`: runs the command line on this test's hub."""
    environ = {"HUB_DATABASE_URL": database_url, "HUB_HOME": str(tmp_path / "home")}

    def run(*arguments):
        return CliRunner().invoke(cli, arguments, obj=Hub(environ))

    return run


@pytest.fixture
def pictures(tmp_path):
    """The paths of three files with different bytes."""
    paths = [tmp_path / f"{name}.jpg" for name in "abc"]
    for path in paths:
        path.write_bytes(path.name.encode())
    return [str(path) for path in paths]


def test_submit_prints_one_json_document_as_its_contract_says(hub, pictures, tmp_path):
    missing = str(tmp_path / "missing.jpg")
    hub("submit", pictures[0], "-l", "Apple", "--supplier", "ann")
    result = hub(
        "submit", *pictures, missing, "-l", "apple", "-l", "Pear", "--supplier", "ann", "--json"
    )
    assert result.exit_code == 0
    [receipt] = json.loads(result.stdout)["receipts"]
    apple, pear = receipt["submissions"]
    assert (receipt["receipt"], receipt["supplier"]) == (2, "ann")
    assert (apple["id"], apple["label"], apple["received"]) == (2, "Apple", 2)
    assert apple["already"] == [{"path": pictures[0], "submission": 1}]
    [refused] = apple["refused"]
    assert (refused["path"], refused["reason"]) == (missing, "unreadable")
    assert (pear["id"], pear["label"], pear["received"], pear["already"]) == (None, "Pear", 0, [])
    assert {file["reason"] for file in pear["refused"]} == {"unknown_label"}


def test_submit_fails_when_nothing_is_received_and_says_why(hub, pictures):
    arguments = ("submit", *pictures, "--label", "Aple", "--json")
    result = hub(*arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, SubmitError)
    assert "3 unknown_label" in str(result.exception)
    assert json.loads(result.stdout)["receipts"][0]["receipt"] is None


def test_submit_names_the_licence_and_the_next_command(hub, pictures):
    result = hub("submit", *pictures, "missing.jpg", "--label", "Apple", "--supplier", "ann")
    assert "CC BY 4.0" in result.stdout
    assert "hub job run" in result.stdout
    assert "no such file" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--csv"),
        (("a.jpg", "--csv", "list.csv"), "--csv"),
        (("--csv", "list.csv", "--label", "Apple"), "leave --label out"),
    ],
)
def test_submit_refuses_what_it_cannot_mean_as_wrong_usage(hub, arguments, said):
    result = hub("submit", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.jpg",), "--label"),
        (("a.jpg", "-l", "Apple", "--licence", "mine"), "docs/submitting.md"),
        (("a.jpg", "-l", "Apple", "--lon", "1"), "together"),
        (("a.jpg", "-l", "Apple", "--supplier", "a\nb"), "supplier"),
        (("a.jpg", "-l", "Apple", "--supplier", ""), "The supplier is empty."),
        (("--csv", "missing.csv"), "No such file"),
    ],
)
def test_submit_says_what_is_wrong_with_an_option(hub, arguments, said):
    result = hub("submit", *arguments)
    assert isinstance(result.exception, SubmitError)
    assert said in str(result.exception)


@pytest.fixture
def decided(hub, pictures, open_db):
    """Submission 1, one file of which was published, one rejected, one found a duplicate."""
    hub("submit", *pictures, "-l", "Apple", "--supplier", "ann")
    outcomes = [
        f"outcome = 'published', image_id = '{IMAGE_ID}'",
        "outcome = 'rejected', reason = 'too_small'",
        f"outcome = 'duplicate', relation = 'pixels', duplicate_of = '{IMAGE_ID}'",
    ]
    with open_db() as db, db.cursor() as cursor:
        for path, outcome in zip(pictures, outcomes, strict=True):
            cursor.execute(f"UPDATE submission_file SET {outcome} WHERE path = %s", (path,))
        cursor.execute("UPDATE submission SET status = 'published'")
    return pictures


def test_submission_show_says_what_became_of_every_file(hub, decided):
    shown = json.loads(hub("submission", "show", "1", "--json").stdout)
    files = shown.pop("files")
    assert shown.pop("received_at").endswith("+00:00")
    assert shown == {
        "id": 1,
        "label": "Apple",
        "status": "published",
        "receipt": 1,
        "supplier": "ann",
        "submitted": 3,
        "pending": 0,
        "published": 1,
        "rejected": {"too_small": 1},
        "duplicates": {"bytes": 0, "pixels": 1, "near": 0},
    }
    keys = ("path", "outcome", "reason", "image_id", "duplicate_of")
    assert [tuple(file[key] for key in keys) for file in files] == [
        (decided[0], "published", None, IMAGE_ID, None),
        (decided[1], "rejected", "too_small", None, None),
        (decided[2], "duplicate", None, None, IMAGE_ID),
    ]


def test_submission_show_of_several_is_a_list_in_the_order_asked(hub, decided):
    hub("submit", decided[0], "-l", "Teddy bear", "--supplier", "ann")
    shown = json.loads(hub("submission", "show", "2", "1", "--json").stdout)
    assert [submission["label"] for submission in shown] == ["Teddy bear", "Apple"]


def test_submission_show_gives_the_remedy_of_what_was_rejected(hub, decided):
    shown = hub("submission", "show", "1").stdout
    assert decided[1] in shown
    assert REMEDIES[Reason.TOO_SMALL] in shown


def test_submission_show_of_an_unknown_id_is_an_error(hub):
    result = hub("submission", "show", "7")
    assert isinstance(result.exception, NotFound)
    assert "hub submission list" in str(result.exception)


def test_an_unknown_name_of_a_folder_says_that_it_is_one(hub, pictures, tmp_path):
    result = hub("submit", str(tmp_path), "--supplier", "ann")
    assert isinstance(result.exception, SubmitError)
    assert "the name of the folder: say by --label" in result.stdout
    assert "the folder" not in hub("submit", *pictures, "--label", tmp_path.name).stdout


def test_refused_rows_come_in_the_order_of_their_lines(hub, pictures, tmp_path):
    rows = [f"a.jpg,{label},{lon}" for label in ("Teddy bear", "Apple") for lon in (1, 2)]
    (tmp_path / "list.csv").write_text("\n".join(["path,label,lon", *rows[::2], *rows[1::2]]))
    shown = hub("submit", "--csv", str(tmp_path / "list.csv")).stdout
    assert re.findall(r"line (\d)", shown) == ["2", "3", "4", "5"]


def test_one_file_is_not_plural(hub, pictures):
    hub("submit", pictures[0], "-l", "Apple", "--supplier", "ann")
    assert "1 file of Apple" in hub("submission", "show", "1").stdout


def test_submission_show_tells_a_duplicate_that_was_undone(hub, decided, open_db):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE submission_file SET is_undone = true WHERE outcome = 'duplicate'")
    shown = hub("submission", "show", "1").stdout
    assert "duplicate, undone (pixels)      1" in shown
    assert "duplicate (pixels)" not in shown


def test_submission_show_says_which_file_a_duplicate_is_the_same_picture_as(hub, decided, open_db):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(PICTURE.format(brightness="NULL"))
    [file] = [
        file
        for file in json.loads(hub("submission", "show", "1", "--json").stdout)["files"]
        if file["relation"]
    ]
    named = ("path", "supplier", "receipt")
    assert [file[f"duplicate_of_{name}"] for name in named] == [decided[0], "ann", 1]
    shown = hub("submission", "show", "1").stdout
    [line] = [line for line in shown.splitlines() if line.startswith(decided[2])]
    assert line.split()[-3:] == [decided[0], "ann", IMAGE_ID[:12]]


def test_submission_show_says_how_far_a_near_duplicate_is(hub, decided, open_db):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(
            "UPDATE submission_file SET relation = 'near', distance = 4, look_distance = 0.03,"
            " rule_version = 2 WHERE outcome = 'duplicate'"
        )
    shown = hub("submission", "show", "1").stdout
    assert "4 of 64 bits apart, pictures 3% apart" in shown
    [file] = [
        file
        for file in json.loads(hub("submission", "show", "1", "--json").stdout)["files"]
        if file["relation"]
    ]
    assert (file["distance"], file["rule"]) == (4, "near-2")


def test_submission_show_leads_to_where_an_undone_file_came_again(hub, decided, open_db):
    hub("submit", decided[0], "-l", "Teddy bear", "--supplier", "ann")
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE submission_file SET is_undone = true WHERE outcome = 'duplicate'")
        cursor.execute(
            "UPDATE submission_file SET apart_from_file_id ="
            " (SELECT file_id FROM submission_file WHERE is_undone) WHERE submission_id = 2"
        )
    assert "yes, again in submission 2" in hub("submission", "show", "1").stdout


PICTURE = """
INSERT INTO batch (batch_no, status, file_count) VALUES (1, 'ended', 3);
INSERT INTO image (image_id, file_id, batch_no, label_key, split, group_id, format, width_px,
                   height_px, size_bytes, crc32, licence, author, source,
                   brightness_p5, brightness_p99, information, sharpness, is_grey)
SELECT image_id, file_id, 1, '', 'train', image_id, 'jpeg', 900, 200, 1, 1, '', '', '',
       0.01, {brightness}, 0.9, 0.9, true
  FROM submission_file WHERE outcome = 'published'
"""


@pytest.mark.parametrize(
    ("brightness", "issues"),
    [("0.2", ["dark", "odd_aspect_ratio", "greyscale"]), ("NULL", [])],
    ids=["measured", "published before there were measures"],
)
def test_submission_show_tells_what_is_odd_about_a_picture(
    hub, decided, open_db, brightness, issues
):
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(PICTURE.format(brightness=brightness))
    files = json.loads(hub("submission", "show", "1", "--json").stdout)["files"]
    assert [file["issues"] for file in files] == [issues, [], []]
    shown = hub("submission", "show", "1").stdout
    words = "very dark, very long or very wide, without colour"
    assert (words in shown) == bool(issues)


def test_submission_list_is_newest_first(hub, decided):
    hub("submit", decided[0], "-l", "Teddy bear", "--supplier", "ann")
    newest, oldest = json.loads(hub("submission", "list", "--json").stdout)
    assert (newest["id"], newest["label"], newest["pending"]) == (2, "Teddy bear", 1)
    counts = ("submitted", "published", "rejected", "duplicates", "pending")
    shown = json.loads(hub("submission", "show", "1", "--json").stdout)
    assert [oldest[name] for name in counts] == [3, 1, {"too_small": 1}, shown["duplicates"], 0]
    assert hub("submission", "list").stdout.splitlines()[2].split()[-5:] == [*"31110"]
    assert "Teddy bear" in hub("submission", "list", "--limit", "1").stdout


def test_every_reason_has_a_remedy():
    assert set(REMEDIES) == set(Reason)

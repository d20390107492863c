import json
import os
import socket
import subprocess
import threading
import time
from dataclasses import replace
from hashlib import sha256

import pytest

from hub.catalogue import receipts
from hub.errors import StorageError, SubmitError
from hub.rules.submissions import check_defaults
from hub.services.receipts import Already
from hub.services.submissions import submit_csv, submit_paths

FILES = """
    SELECT label_name.name, path, sha256 FROM submission_file
      JOIN submission USING (submission_id)
      JOIN label_name ON label_name.label_id = submission.label_id AND NOT is_alias
     ORDER BY 1, 2"""


def digest(content):
    return sha256(content).hexdigest()


def refused(receipts):
    """What was refused: {name of the file: reason}."""
    return {
        os.path.basename(file.path): file.reason
        for receipt in receipts
        for submission in receipt.submissions
        for file in submission.refused
    }


def received(receipts):
    return sum(taken.received for receipt in receipts for taken in receipt.submissions)


@pytest.fixture
def write(tmp_path):
    """Return `write(name, content)`: the path of a file in this test's folder, as text."""

    def write(name, content=b"picture"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return str(path)

    return write


def test_a_file_is_received_with_its_bytes(intake, defaults, write, rows_of):
    path = write("a.jpg", b"one")

    [receipt] = submit_paths(intake, [path], labels=["apple"], defaults=defaults)

    [taken] = receipt.submissions
    assert (receipt.receipt, receipt.supplier) == (1, "ann")
    assert (taken.label, taken.received, taken.already, taken.refused) == ("Apple", 1, [], [])
    assert rows_of(FILES) == [("Apple", path, digest(b"one"))]
    key = f"landing/{digest(b'one')[:2]}/{digest(b'one')}"
    assert intake.objects.get(key) == b"one"


def test_the_same_file_again_is_already_there_and_takes_no_number(intake, defaults, write, rows_of):
    path = write("a.jpg")
    [first] = submit_paths(intake, [path], labels=["Apple"], defaults=defaults)
    [again] = submit_paths(intake, [path], labels=["Malus"], defaults=defaults)

    assert again.receipt is None
    assert again.submissions[0].already == [Already(path, first.submissions[0].id)]
    assert rows_of("SELECT last_receipt_no FROM hub") == [(1,)]


def test_the_same_file_of_another_supplier_or_label_is_new(intake, defaults, write):
    path = write("a.jpg")
    submit_paths(intake, [path], labels=["Apple"], defaults=defaults)
    other_label = submit_paths(intake, [path], labels=["teddy_bear"], defaults=defaults)
    other_supplier = submit_paths(intake, [path], labels=["Apple"], defaults=check_defaults("bob"))

    assert (other_label[0].receipt, other_supplier[0].receipt) == (2, 3)


def test_a_file_submitted_under_a_label_that_was_merged_since_is_already_there(
    intake, defaults, write, add_label, open_db
):
    old = add_label("Crab apple")
    path = write("a.jpg")
    submit_paths(intake, [path], labels=["Crab apple"], defaults=defaults)
    with open_db() as db, db.cursor() as cursor:
        cursor.execute(
            "UPDATE label SET merged_into_id ="
            " (SELECT label_id FROM label WHERE label_key = 'n_apple') WHERE label_id = %s",
            (old,),
        )

    [again] = submit_paths(intake, [path], labels=["Apple"], defaults=defaults)
    assert again.receipt is None


def test_equal_bytes_at_two_paths_of_one_call_are_two_files(intake, defaults, write, rows_of):
    paths = [write("a.jpg"), write("b.jpg")]
    submit_paths(intake, paths, labels=["Apple"], defaults=defaults)
    assert [row[1] for row in rows_of(FILES)] == paths


def test_one_file_under_two_labels_is_a_row_of_each_submission(intake, defaults, write, rows_of):
    path = write("a.jpg")
    [receipt] = submit_paths(intake, [path], labels=["Teddy bear", "Apple"], defaults=defaults)
    assert [taken.label for taken in receipt.submissions] == ["Apple", "Teddy bear"]
    assert [row[:2] for row in rows_of(FILES)] == [("Apple", path), ("Teddy bear", path)]


def test_a_path_and_label_given_twice_is_received_once(intake, defaults, write):
    path = write("a.jpg")
    receipts = submit_paths(intake, [path, path], labels=["Apple", "malus"], defaults=defaults)
    assert received(receipts) == 1
    assert [file.reason for file in receipts[0].submissions[0].refused] == ["repeated"] * 3


def test_a_label_may_be_given_by_its_mid(intake, defaults, write):
    with intake.open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE label SET mid = '/m/014j1m' WHERE label_key = 'n_apple'")
    [receipt] = submit_paths(
        intake, [write("a.jpg")], labels=["/m/014j1m", "Apple"], defaults=defaults
    )
    [submission] = receipt.submissions
    assert (submission.label, submission.received) == ("Apple", 1)
    assert [file.reason for file in submission.refused] == ["repeated"]


def test_an_unknown_label_is_refused_with_those_that_may_be_meant(intake, defaults, write):
    path = write("a.jpg")
    [receipt] = submit_paths(intake, [path], labels=["Aple", "Apple"], defaults=defaults)
    unknown, known = receipt.submissions
    assert (unknown.id, unknown.label, unknown.received) == (None, "Aple", 0)
    assert (unknown.refused[0].reason, known.received) == ("unknown_label", 1)
    assert "Apple" in unknown.refused[0].message


def test_folders_without_a_label_are_labels(intake, defaults, tmp_path, write, rows_of):
    write("images/teddy_bear/b.jpg")
    write("images/Apple/a.jpg")
    write("images/Apple/c.jpg")
    submit_paths(intake, [str(tmp_path / "images")], defaults=defaults)
    found = [(label, os.path.relpath(path, tmp_path)) for label, path, _ in rows_of(FILES)]
    assert found == [
        ("Apple", "images/Apple/a.jpg"),
        ("Apple", "images/Apple/c.jpg"),
        ("Teddy bear", "images/teddy_bear/b.jpg"),
    ]


def test_a_file_without_a_label_is_an_error(intake, defaults, write):
    with pytest.raises(SubmitError, match="--label"):
        submit_paths(intake, [write("a.jpg")], defaults=defaults)


def test_hidden_files_and_links_in_a_folder_are_refused_not_lost(intake, defaults, tmp_path, write):
    write("Apple/.DS_Store")
    write("Apple/.git/a.jpg")
    write("Apple/deep/er/a.jpg")
    (tmp_path / "Apple/link.jpg").symlink_to("/etc/hostname")
    (tmp_path / "Apple/loop").symlink_to(tmp_path)
    folder = str(tmp_path / "Apple")
    receipts = submit_paths(intake, [folder], labels=["Apple"], defaults=defaults)
    assert received(receipts) == 1
    assert refused(receipts) == {
        ".DS_Store": "hidden",
        ".git": "hidden",
        "link.jpg": "not_a_file",
        "loop": "not_a_file",
    }


def test_a_link_that_is_named_is_followed(intake, defaults, tmp_path, write):
    link = tmp_path / "link.jpg"
    link.symlink_to(write("a.jpg"))
    assert received(submit_paths(intake, [str(link)], labels=["Apple"], defaults=defaults)) == 1


def test_folders_nested_deeper_than_python_recurses_are_walked(intake, defaults, tmp_path):
    deep = tmp_path / "Apple" / "/".join("d" * 1100)
    try:
        subprocess.run(["mkdir", "-p", deep], check=True)
        (deep / "a.jpg").write_bytes(b"picture")
        folder = str(tmp_path / "Apple")
        receipts = submit_paths(intake, [folder], labels=["Apple"], defaults=defaults)
        assert refused(receipts) == {"a.jpg": "path_too_long"}
    finally:
        # Python's own way to remove a tree recurses.
        subprocess.run(["rm", "-rf", tmp_path / "Apple"], check=True)


def test_what_is_no_readable_file_is_refused_and_the_rest_goes_on(
    intake, defaults, tmp_path, write
):
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "socket.jpg"))
    rows = ["missing.jpg", "dangling.jpg", "loop.jpg", "pipe.jpg", "folder.jpg", "socket.jpg"]
    rows += ["/dev/zero", "x" * 300, "big.jpg", "full.jpg", "empty.jpg", "good.jpg/inside.jpg"]
    write("big.jpg", b"x" * 1001)
    write("full.jpg", b"x" * 1000)
    write("empty.jpg", b"")
    good = write("good.jpg")
    lines = "".join(f"{row},Apple\n" for row in [*rows, good])
    csv_path = write("list.csv", f"path,label\n{lines}".encode())

    receipts = submit_csv(intake, csv_path, defaults=defaults)

    listener.close()
    assert refused(receipts) == {
        "missing.jpg": "unreadable",
        "dangling.jpg": "unreadable",
        "loop.jpg": "unreadable",
        "pipe.jpg": "not_a_file",
        "folder.jpg": "not_a_file",
        "socket.jpg": "not_a_file",
        "zero": "not_a_file",
        "x" * 300: "unreadable",
        "big.jpg": "too_large",
        "inside.jpg": "unreadable",
    }
    # An empty file is received: the stages say what is wrong with the content of a file.
    assert received(receipts) == 3


def test_nothing_readable_makes_no_receipt(intake, defaults, tmp_path, rows_of):
    missing = str(tmp_path / "missing.jpg")
    [receipt] = submit_paths(intake, [missing], labels=["Apple"], defaults=defaults)
    assert receipt.receipt is None
    assert rows_of("SELECT name FROM hub_user") == []


def test_a_csv_makes_a_receipt_a_supplier_with_what_it_says_of_each_file(
    intake, defaults, write, rows_of
):
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        write(name, name.encode())
    header = "path,label,supplier,lon,lat,licence,author,source_url,taken_at"
    csv_path = write(
        "list.csv",
        f"\ufeff{header}\r\n"
        "a.jpg,Apple,bob,4.9,52.4,cc0,Eve,https://example.org/1,2024-05-01T12:00:00+02:00\r\n"
        "b.jpg,Apple,,,,,,,2024-05-01T12:00:00\r\n"
        "c.jpg,Apple,bob,500,52,,,,\r\n".encode(),
    )

    receipts = submit_csv(intake, csv_path, defaults=defaults)

    assert [(each.receipt, each.supplier) for each in receipts] == [(1, "ann"), (2, "bob")]
    assert refused(receipts) == {"c.jpg": "malformed_row"}
    assert "line 4: lon '500'" in receipts[1].submissions[0].refused[0].message
    said = rows_of(
        "SELECT path, licence, author, source, lon, lat, taken_at::text"
        " FROM submission_file ORDER BY path"
    )
    assert said == [
        ("a.jpg", "CC0 1.0", "Eve", "https://example.org/1", 4.9, 52.4, "2024-05-01 10:00:00+00"),
        ("b.jpg", "CC BY 4.0", "ann", "", None, None, "2024-05-01 12:00:00+00"),
    ]


def test_hostile_names_are_kept_as_text_and_never_are_paths_of_ours(
    intake, defaults, tmp_path, shared, rows_of
):
    names = json.loads((shared / "hostile" / "upload_names.json").read_text())
    folder = tmp_path / "hostile"
    folder.mkdir()
    made = []
    for number, name in enumerate([*names, os.fsdecode(b"\xff\xfe.jpg")]):
        # Those with a slash or a NUL cannot be the name of a file in a folder.
        if "/" not in name and "\0" not in name and len(os.fsencode(name)) <= 255:
            (folder / name).write_bytes(b"%d" % number)
            made.append(name)

    receipts = submit_paths(intake, [str(folder)], labels=["Apple"], defaults=defaults)

    assert len(made) > 28
    hidden = {name for name in made if name.startswith(".")}
    assert refused(receipts) == dict.fromkeys(hidden, "hidden")
    kept = {os.path.basename(path) for _, path, _ in rows_of(FILES)}
    assert kept == {*made, r"\udcff\udcfe.jpg"} - {*hidden, os.fsdecode(b"\xff\xfe.jpg")}
    objects = [path for path in intake.objects.path("landing").rglob("*") if path.is_file()]
    assert len(objects) == received(receipts)
    assert all(path.name == digest(path.read_bytes()) for path in objects)


def test_hostile_names_in_a_csv_are_errors_of_their_rows(intake, defaults, write, shared):
    names = json.loads((shared / "hostile" / "upload_names.json").read_text())
    quoted = "".join(f'"{name.replace(chr(34), chr(34) * 2)}",Apple\n' for name in names)
    write("list/good.jpg")
    text = f"path,label\n{quoted}good.jpg,Apple\n"
    receipts = submit_csv(intake, write("list/list.csv", text.encode()), defaults=defaults)
    assert received(receipts) == 1
    [submission] = receipts[0].submissions
    assert len(submission.refused) == len(names)
    assert {file.reason for file in submission.refused} == {"unreadable", "malformed_row"}


def test_a_file_that_grows_while_it_is_read_is_refused(intake, defaults, write, monkeypatch):
    path = write("a.jpg", b"one")
    accept_nothing = intake.objects.incoming

    def grow_first():
        with open(path, "ab") as growing:
            growing.write(b"two")
        return accept_nothing()

    monkeypatch.setattr(intake.objects, "incoming", grow_first)
    receipts = submit_paths(intake, [path], labels=["Apple"], defaults=defaults)
    assert refused(receipts) == {"a.jpg": "changed"}


def test_a_folder_of_objects_that_is_full_stops_the_call(intake, defaults, write, monkeypatch):
    def full(incoming, key):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(intake.objects, "accept", full)
    with pytest.raises(StorageError, match="No space left"):
        submit_paths(intake, [write("a.jpg")], labels=["Apple"], defaults=defaults)


def test_no_connection_is_open_while_files_are_read(intake, defaults, write, rows_of):
    seen = []

    def watch(files, total):
        seen.extend(
            rows_of(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        return files

    watched = replace(intake, track=watch)
    submit_paths(watched, [write("a.jpg")], labels=["Apple"], defaults=defaults)
    assert seen == [(0,)]


def test_of_two_calls_at_once_one_receives_and_the_other_finds_it(
    intake, defaults, write, monkeypatch
):
    # A supplier that is there: the making of a new one would itself keep the calls apart.
    submit_paths(intake, [write("before.jpg")], labels=["Apple"], defaults=defaults)
    look_up = receipts.list_already

    def look_up_and_linger(*args, **kwargs):
        found = look_up(*args, **kwargs)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(receipts, "list_already", look_up_and_linger)
    paths = [write(f"{number}.jpg", b"%d" % number) for number in range(50)]
    both_have_read = threading.Barrier(2, timeout=20)

    def read_all(files, total):
        read = list(files)
        both_have_read.wait()
        return read

    together = replace(intake, track=read_all)
    results = []
    calls = [
        threading.Thread(
            target=lambda: results.append(
                submit_paths(together, paths, labels=["Apple"], defaults=defaults)
            )
        )
        for _ in range(2)
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()

    first, second = sorted(results, key=received, reverse=True)
    assert (received(first), first[0].receipt) == (50, 2)
    assert (received(second), second[0].receipt) == (0, None)
    assert len(second[0].submissions[0].already) == 50


def test_two_thousand_files_are_received_in_one_call(intake, defaults, write, rows_of):
    for number in range(2000):
        write(f"Apple/{number}.jpg", b"%d" % number)
    folder = os.path.dirname(write("Apple/0.jpg", b"0"))
    receipts = submit_paths(intake, [folder], defaults=defaults)
    assert received(receipts) == 2000
    assert rows_of("SELECT count(*), count(DISTINCT sha256) FROM submission_file") == [(2000, 2000)]

import csv
import json
import os
import signal
from dataclasses import replace
from itertools import count

import pytest

from hub.errors import ExportError, NotFound, PictureUnreadable
from hub.exports.formats import FORMATS
from hub.exports.target import Target
from hub.rules.spreadsheets import inert
from hub.services.exports import export
from tests.fixtures.exported import (
    READERS,
    box,
    difference,
    expected,
    file_sha256,
    label,
    needs_training,
    picture,
    sha256,
    source_of,
)
from tests.fixtures.pictures import drawn, encoded

APPLE = label("Apple", mid="/m/014j1m")
CAR = label('Fiat 500 "topolino", red', mid="/m/012345")
FORMULA = label('=HYPERLINK("http://x")')
LOWER, UPPER = label("orange", key="k_1"), label("Orange", key="k_2")
NASTY = [
    label(name)
    for name in (
        *(
            "a/b\\..",
            "..",
            "CON",
            "new\nline\ttab",
            "\u202eevil",
            "-rf /",
            "+1",
            "@x",
            "\x00\x1b[2J",
        ),
        *("<b>&amp;]]>", "it's", "Ünï 苹果 🍎", "x" * 300, "#{}: [a]"),
    )
]
CONTENTS = [encoded(drawn(seed=seed)) for seed in range(6 + len(NASTY))]


@pytest.fixture(scope="module")
def subset():
    """Pictures of every state, with names that break out of whatever is not escaped."""
    train, validation, test, none, fresh, *others = CONTENTS
    nasty = [
        picture(content, picked=[name], author=name.name, source=name.name, licence="MIT")
        for content, name in zip(others, NASTY, strict=False)
    ]
    pictures = [
        picture(
            train,
            picked=[APPLE],
            negatives=[CAR, NASTY[0]],
            boxes=[box(APPLE), box(APPLE, 0.0, 1.0, 0.0, 1.0, is_group_of=True)],
        ),
        picture(validation, picked=[APPLE, LOWER], labels=[LOWER, CAR], split="validation"),
        picture(
            test,
            picked=[UPPER, FORMULA],
            boxes=[box(FORMULA, 0.3, 0.31, 0.4, 0.9)],
            negatives=[APPLE],
            split="test",
            taken_at="2021-07-04T12:30:00Z",
            country="Chile",
        ),
        picture(none, labels=[], negatives=[APPLE], split="none"),
        picture(fresh, labels=[NASTY[0]], negatives=[FORMULA], boxes=[box(NASTY[0])]),
    ]
    asked = {name.name for name in (APPLE, LOWER, UPPER, FORMULA, *NASTY)}
    return source_of([*pictures, *nasty], {sha256(it): it for it in CONTENTS}, asked=asked)


def tree(folder):
    """Every file below a folder with its sha256, the folder's mark left out."""
    return {
        path.relative_to(folder).as_posix(): file_sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".hub-export"
    }


@pytest.fixture(params=sorted(FORMATS))
def name(request):
    return request.param


def test_every_format_is_read_back_whole_by_its_own_reader(name, subset, tmp_path):
    needs_training(name)

    export(subset, name, folder=tmp_path / "out")

    assert difference(READERS[name](tmp_path / "out"), expected(subset)) == {}


def test_the_same_lock_gives_the_same_bytes_and_a_second_run_changes_none(name, subset, tmp_path):
    first = export(subset, name, folder=tmp_path / "one")
    export(subset, name, folder=tmp_path / "other")
    before = tree(tmp_path / "one")

    again = export(subset, name, folder=tmp_path / "one")

    assert before == tree(tmp_path / "other") == tree(tmp_path / "one")
    assert first.written == subset.lock.images
    assert again.written in (0, subset.lock.images)


def test_an_export_that_stopped_goes_on_to_the_same_files(name, subset, tmp_path):
    def stopping(some):
        for number, each in enumerate(subset.contents(some)):
            if number == 5:
                raise PictureUnreadable("gone")
            yield each

    with pytest.raises(PictureUnreadable):
        export(replace(subset, contents=stopping), name, folder=tmp_path / "one")
    (tmp_path / "one" / "mine.txt").write_text("mine")

    export(subset, name, folder=tmp_path / "one")
    export(subset, name, folder=tmp_path / "other")

    assert (tmp_path / "one" / "mine.txt").read_text() == "mine"
    (tmp_path / "one" / "mine.txt").unlink()
    assert tree(tmp_path / "one") == tree(tmp_path / "other")


@pytest.mark.parametrize("name", ["folder", "voc", "webdataset", "open-images"])
@pytest.mark.parametrize("nth", [1, 2, 9, 21])
def test_an_export_that_was_killed_goes_on_to_the_same_files(
    name, nth, subset, tmp_path, monkeypatch
):
    child = os.fork()
    if child == 0:
        place, calls = Target._place, count(1)

        def dying(self, part, path):
            if next(calls) == nth:
                os.kill(os.getpid(), signal.SIGKILL)
            place(self, part, path)

        monkeypatch.setattr(Target, "_place", dying)
        try:
            export(subset, name, folder=tmp_path / "one")
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)

    export(subset, name, folder=tmp_path / "one")
    export(subset, name, folder=tmp_path / "other")

    assert os.WIFSIGNALED(status) or name == "webdataset"
    assert tree(tmp_path / "one") == tree(tmp_path / "other")


def test_a_second_export_into_a_folder_waits_for_the_first(subset, tmp_path):
    def meanwhile(some):
        with pytest.raises(ExportError, match="Another export or pull is writing into"):
            export(subset, "csv", folder=tmp_path)
        return subset.contents(some)

    export(replace(subset, contents=meanwhile), "csv", folder=tmp_path)


def test_every_path_is_plain_and_differs_in_more_than_case(name, subset, tmp_path):
    export(subset, name, folder=tmp_path / "out")

    paths = list(tree(tmp_path / "out"))
    assert len({path.casefold() for path in paths}) == len(paths)
    assert [path for path in paths if set(path) & set('\\:*?"<>|\n\t\x00\x1b\u202e')] == []
    assert sorted(os.listdir(tmp_path)) == ["out"]


def test_no_cell_of_a_table_is_a_formula_or_spans_lines(name, subset, tmp_path):
    export(subset, name, folder=tmp_path / "out")

    for path in (tmp_path / "out").rglob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        assert len(rows) == len(path.read_text(encoding="utf-8").split("\n")) - 1
        # Open Images says -1 where nothing is known: a number, and no formula.
        cells = {cell for row in rows for cell in row} - {"-1"}
        assert {cell for cell in cells if inert(cell) != cell} == set()


def test_credit_the_card_and_the_lock_lie_beside(name, subset, tmp_path):
    export(subset, name, folder=tmp_path / "out")

    with (tmp_path / "out" / "ATTRIBUTION.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == subset.lock.images
    assert {row["licence"] for row in rows} == {"CC BY 4.0", "MIT"}
    assert "[notes]" not in (tmp_path / "out" / "subset.lock").read_text()
    assert subset.lock.root in (tmp_path / "out" / "README.md").read_text()


def test_a_picture_lies_in_no_folder_of_what_it_does_not_show(subset, tmp_path):
    export(subset, "folder", folder=tmp_path / "out")

    places = {}
    for path in (tmp_path / "out").glob("*/*/*"):
        places.setdefault(path.stem, set()).add(
            path.parent.relative_to(tmp_path / "out").as_posix()
        )
    train, _, test, none, *_ = map(sha256, CONTENTS)
    assert places[train] == {"images/Apple", "negatives/not a_b_"}
    assert places[test] == {
        "images/Orange (k_2)",
        "images/_HYPERLINK(_http___x_)",
        "negatives/not Apple",
    }
    assert places[none] == {"negatives/not Apple"}


def test_a_picture_under_two_labels_is_one_file_on_disk(subset, tmp_path):
    export(subset, "folder", folder=tmp_path / "out")

    one, other = (tmp_path / "out" / "images").glob(f"*/{sha256(CONTENTS[1])}.jpg")
    assert one.samefile(other)


def test_yolo_takes_no_picture_for_background_that_shows_something(subset, tmp_path):
    export(subset, "yolo", folder=tmp_path / "out")

    lists = {path.stem: path.read_text() for path in (tmp_path / "out").glob("*.txt")}
    train, validation, test, none, *_ = map(sha256, CONTENTS)
    assert train in lists["train"]
    assert test in lists["test"]
    assert none in lists["unsplit"]
    assert validation in lists["unboxed"]
    assert lists["val"] == ""
    empty = [path for path in (tmp_path / "out").glob("labels/*/*") if not path.read_bytes()]
    assert [path.stem for path in empty] == [none]


def test_boxes_in_whole_pixels_hold_the_box(tmp_path):
    whole = picture(
        CONTENTS[0], picked=[APPLE], boxes=[box(APPLE, 0.333333, 0.5, 0.0, 0.008333)], width_px=300
    )
    export(source_of([whole], {whole.image_id: CONTENTS[0]}), "ground-truth", folder=tmp_path)

    (line,) = (tmp_path / "boxes/manifests/output/output.manifest").read_text().splitlines()
    (found,) = json.loads(line)["boxes"]["annotations"]
    assert found == {"class_id": 0, "left": 100, "top": 0, "width": 50, "height": 1}


def test_a_subset_without_boxes_or_negatives_is_read_back_too(name, tmp_path):
    needs_training(name)
    plain = picture(CONTENTS[0], picked=[APPLE], split="test")
    source = source_of([plain], {plain.image_id: CONTENTS[0]})

    export(source, name, folder=tmp_path / "out")

    assert difference(READERS[name](tmp_path / "out"), expected(source)) == {}


def test_classes_that_are_written_alike_have_their_keys(tmp_path):
    one, other = label("new line"), label("new\nline")
    both = picture(CONTENTS[0], picked=[one, other])

    export(source_of([both], {both.image_id: CONTENTS[0]}), "coco", folder=tmp_path)

    document = json.loads((tmp_path / "annotations/instances_train.json").read_text())
    names = {category["name"] for category in document["categories"]}
    assert names == {f"new line ({one.key})", f"new line ({other.key})"}


def test_a_folder_of_others_is_refused_and_left_alone(subset, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(ExportError, match="holds other files: name an empty or a new folder"):
        export(subset, "csv", folder=tmp_path)

    assert os.listdir(tmp_path) == ["mine.txt"]


def test_a_folder_of_another_export_is_refused(subset, tmp_path):
    export(subset, "csv", folder=tmp_path)

    with pytest.raises(ExportError, match="holds another export"):
        export(subset, "coco", folder=tmp_path)


def test_a_file_in_the_place_of_the_folder_is_refused(subset, tmp_path):
    (tmp_path / "out").write_text("mine")

    with pytest.raises(ExportError, match="is a file; name a folder"):
        export(subset, "csv", folder=tmp_path / "out")


def test_a_folder_that_no_system_can_have_is_told(subset, tmp_path):
    with pytest.raises(ExportError, match="File name too long"):
        export(subset, "csv", folder=tmp_path / ("x" * 300))


def test_an_unknown_format_names_those_there_are(subset, tmp_path):
    with pytest.raises(NotFound, match="There is no format 'cocoa'; the formats are folder, csv"):
        export(subset, "cocoa", folder=tmp_path)


def test_progress_counts_every_picture_once_over_all_splits(subset, tmp_path):
    steps = []

    def watch(items, label, total):
        for item in items:
            steps.append((label, item, total))
            yield item

    export(subset, "tfrecord", folder=tmp_path, watch=watch)

    total = subset.lock.images
    assert steps == [("exporting", number, total) for number in range(total)]

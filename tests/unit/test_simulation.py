import io
from collections import Counter
from hashlib import sha256
from importlib.resources import files

import numpy as np
import pytest
from PIL import Image, ImageOps

from cluster.simulation.crowd import Habits, plan
from cluster.simulation.objects import SUBJECTS
from cluster.simulation.picture import render
from cluster.simulation.simulating import first_labels, simulate
from cluster.simulation.truth import read_truth, tell
from hub.rules.checking import Limits, check
from hub.rules.licences import find_licence

SMALL = (128, 96)
LIMITS = Limits(min_side_px=32, max_file_bytes=2**26, max_pixels=10**8)
LABELS = first_labels(3)


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulations") / "crowd"
    return simulate(folder, images=80, labels=LABELS, seed=3, size=SMALL, processes=1)


def files_of(folder):
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def content(truth, row):
    return (truth.folder / row.path).read_bytes()


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.label)
def test_every_label_is_drawn_at_any_size(subject):
    for size in ((64, 64), SMALL, (120, 240), (512, 384)):
        picture = render(1, label=subject.label, seed=1, size=size)
        assert (picture.mode, picture.size) == ("RGB", size)
        assert np.asarray(picture).std() > 8


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.label)
def test_a_label_never_looks_the_same_twice(subject):
    drawn = [
        render(number, label=subject.label, seed=seed, size=SMALL).tobytes()
        for number, seed in ((1, 1), (2, 1), (1, 2), (1, 1))
    ]
    assert len(set(drawn)) == 3
    assert drawn[0] == drawn[3]


def test_labels_are_those_of_open_images():
    lines = (files("hub") / "data" / "open_images_labels.csv").read_text().splitlines()
    assert len(SUBJECTS) == len(set(first_labels(len(SUBJECTS)))) >= 12
    for subject in SUBJECTS:
        assert f"{subject.mid},{subject.label}" in lines


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_processes(tmp_path, truth):
    options = {"images": 80, "labels": LABELS, "seed": 3, "size": SMALL}
    simulate(tmp_path / "again", processes=2, **options)
    assert files_of(tmp_path / "again") == files_of(truth.folder)


def test_another_seed_gives_other_pictures(tmp_path, truth):
    other = simulate(tmp_path, images=20, labels=LABELS, seed=4, size=SMALL, processes=1)
    shas = {row.sha256 for row in truth.rows if row.kind != "broken"}
    assert not shas & {row.sha256 for row in other.rows if row.kind != "broken"}


def test_a_second_run_draws_only_what_is_missing_or_damaged(tmp_path):
    options = {"images": 12, "labels": LABELS, "seed": 5, "size": SMALL, "processes": 1}
    first = simulate(tmp_path, **options)
    before = files_of(tmp_path)
    drawn = []

    def watch(done, total):
        drawn.append(total)
        return done

    (tmp_path / first.rows[0].path).write_bytes(b"damaged")
    (tmp_path / first.rows[1].path).unlink()
    assert simulate(tmp_path, progress=watch, **options) == first
    assert files_of(tmp_path) == before
    simulate(tmp_path, progress=watch, **options)
    assert drawn == [2]


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(ValueError, match="holds something else"):
        simulate(tmp_path, images=1, labels=LABELS, seed=1)
    simulate(tmp_path / "new", images=1, labels=LABELS, seed=1, size=SMALL)
    with pytest.raises(ValueError, match="another simulation"):
        simulate(tmp_path / "new", images=2, labels=LABELS, seed=1, size=SMALL)


def test_there_are_exactly_as_many_files_as_asked_for(truth):
    listed = {row.path for row in truth.rows}
    on_disk = {str(path.relative_to(truth.folder)) for path in truth.folder.rglob("images/*/*")}
    assert len(truth.rows) == len(listed) == 80
    assert listed == on_disk
    assert len((truth.folder / "submit.csv").read_text().splitlines()) == 81
    assert read_truth(truth.folder) == truth


def test_every_habit_has_its_share(truth):
    assert truth.count("kind") == {
        "broken": 2,
        "byte_duplicate": 3,
        "mislabel": 2,
        "original": 71,
        "pixel_duplicate": 2,
    }
    assert truth.count("expected_outcome") == {"duplicate": 5, "published": 73, "rejected": 2}


def test_labels_come_alike_often_and_suppliers_do_not():
    shots = plan(1200, labels=first_labels(12), seed=1, habits=Habits(0, 0, 0, 0))
    assert set(Counter(shot.true_label for shot in shots).values()) == {100}
    activity = Counter(shot.supplier.name for shot in shots)
    assert len(activity) == 12
    assert max(activity.values()) > 3 * min(activity.values())


def test_shares_that_leave_nothing_to_copy_are_refused():
    with pytest.raises(ValueError, match="leave"):
        plan(10, labels=LABELS, seed=1, habits=Habits(byte_duplicates=0.6))


def test_a_byte_duplicate_has_the_same_bytes_and_a_pixel_duplicate_other_metadata(truth):
    by_path = {row.path: row for row in truth.rows}
    for row in truth.rows:
        if not row.of:
            continue
        kept = by_path[row.of]
        copy, original = (Image.open(io.BytesIO(content(truth, r))) for r in (row, kept))
        assert copy.tobytes() == original.tobytes()
        assert (row.sha256 == kept.sha256) == (row.kind == "byte_duplicate")
        assert (row.taken_at == kept.taken_at) == (row.kind == "byte_duplicate")


def test_only_duplicates_repeat_a_picture(truth):
    ids = Counter(check(content(truth, row), limits=LIMITS).image_id for row in truth.rows)
    del ids[None]
    assert len(ids) == truth.count("expected_outcome")["published"]


def test_only_mislabels_and_copies_under_another_label_say_what_is_not_shown(truth):
    copied = {row.of for row in truth.rows}
    for row in truth.rows:
        if row.kind == "mislabel":
            assert row.submitted_label != row.true_label
        elif row.kind in ("original", "pixel_duplicate") and row.path not in copied:
            assert row.submitted_label == row.true_label


def test_broken_files_are_refused_for_the_reason_that_the_truth_expects(tmp_path):
    habits = Habits(0, 0, 0, broken=1.0)
    truth = simulate(tmp_path, images=40, labels=LABELS, seed=1, size=SMALL, habits=habits)
    expected = {row.path: row.expected_reason for row in truth.rows}
    judged = {row.path: check(content(truth, row), limits=LIMITS).reason for row in truth.rows}
    assert judged == expected
    assert len(set(expected.values())) == 5


def test_exif_tells_the_time_and_the_place_that_the_truth_tells(truth):
    told = 0
    for row in truth.rows:
        checked = check(content(truth, row), limits=LIMITS)
        if checked.reason:
            continue
        assert checked.taken_at.isoformat() == row.taken_at
        if checked.lon is not None:
            told += 1
            assert (checked.lon, checked.lat) == pytest.approx((float(row.lon), float(row.lat)))
    assert told > 30


def test_some_pictures_are_stored_on_their_side(truth):
    good = [row for row in truth.rows if row.kind != "broken"]
    pictures = [Image.open(io.BytesIO(content(truth, row))) for row in good]
    assert {picture.size for picture in pictures} == {SMALL}
    upright = Counter(ImageOps.exif_transpose(picture).size for picture in pictures)
    assert upright[SMALL] > upright[SMALL[::-1]] > 0


def test_suppliers_name_licences_that_the_hub_knows():
    shots = plan(300, labels=LABELS, seed=1, habits=Habits())
    licences = {shot.supplier.licence for shot in shots}
    assert len(licences) > 3
    assert {find_licence(licence) for licence in licences} == licences


def test_a_photograph_of_1024_by_768_takes_about_285_kilobytes(tmp_path):
    habits = Habits(0, 0, 0, 0)
    truth = simulate(
        tmp_path, images=24, labels=first_labels(12), seed=2, size=(1024, 768), habits=habits
    )
    sizes = [len(content(truth, row)) for row in truth.rows]
    assert 285_000 * 0.85 < np.mean(sizes) < 285_000 * 1.15


def test_of_equal_pictures_the_one_received_first_is_kept():
    shots = plan(400, labels=LABELS, seed=8, habits=Habits(byte_duplicates=0.2))
    sha256s = {shot.number: f"{shot.number if shot.of is None else shot.of:064x}" for shot in shots}
    rows = {row.path: row for row in tell(shots, sha256s=sha256s)}
    copies = [row for row in rows.values() if row.of]
    assert len(copies) > 80
    assert all(row.supplier >= rows[row.of].supplier for row in copies)
    # Some of what was planned as a copy comes first, and is kept instead.
    planned = {shot.path for shot in shots if shot.kind == "byte_duplicate"}
    assert planned & {row.of for row in copies}

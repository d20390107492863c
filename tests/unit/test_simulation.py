import io
import itertools
from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from importlib.resources import files

import numpy as np
import pytest
from PIL import Image, ImageOps

from cluster.cli.simulate import _SHARES
from cluster.simulation import broken, odd
from cluster.simulation.crowd import plan
from cluster.simulation.edits import NEAR_FORMS, RELATED_FORMS
from cluster.simulation.habits import PLAIN, Habits
from cluster.simulation.objects import SUBJECTS
from cluster.simulation.odd import SECRET_PLACE
from cluster.simulation.picture import View, render
from cluster.simulation.simulating import first_labels, simulate
from cluster.simulation.suppliers import SUPPLIERS
from cluster.simulation.truth import read_truth, tell
from hub.rules.checking import Limits, check
from hub.rules.licences import find_licence
from hub.rules.publishing import published_bytes

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
        picture = render(View.own(1), label=subject.label, seed=1, size=size)
        assert (picture.mode, picture.size) == ("RGB", size)
        assert np.asarray(picture).std() > 8


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.label)
def test_a_label_never_looks_the_same_twice(subject):
    drawn = [
        render(View.own(number), label=subject.label, seed=seed, size=SMALL).tobytes()
        for number, seed in ((1, 1), (2, 1), (1, 2), (1, 1))
    ]
    assert len(set(drawn)) == 3
    assert drawn[0] == drawn[3]


def test_labels_are_those_of_open_images():
    lines = (files("hub") / "data" / "open_images_labels.csv").read_text().splitlines()
    assert len(SUBJECTS) == len(set(first_labels(len(SUBJECTS)))) >= 24
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
        drawn.append([total, 0])
        for file in done:
            drawn[-1][1] += 1
            yield file

    (tmp_path / first.rows[0].path).write_bytes(b"damaged")
    (tmp_path / first.rows[1].path).unlink()
    assert simulate(tmp_path, progress=watch, **options) == first
    assert files_of(tmp_path) == before
    simulate(tmp_path, progress=watch, **options)
    assert drawn == [[2, 2]]


def test_progress_counts_files_copies_too(tmp_path):
    drawn = []

    def watch(done, total):
        files = dict(done)
        drawn.append((total, len(files)))
        return files.items()

    simulate(
        tmp_path,
        images=20,
        labels=LABELS,
        seed=5,
        size=SMALL,
        habits=replace(PLAIN, byte_duplicates=0.3),
        processes=1,
        progress=watch,
    )
    assert drawn == [(20, 20)]


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
        "broken": 3,
        "burst": 4,
        "byte_duplicate": 3,
        "lookalike": 1,
        "mislabel": 2,
        "near_duplicate": 4,
        "odd": 2,
        "original": 57,
        "pixel_duplicate": 2,
        "related": 2,
    }
    assert truth.count("expected") == {
        "duplicate": 9,
        "published": 62,
        "rejected": 3,
        "related": 6,
    }
    assert truth.count("outcome") == {"duplicate": 9, "published": 68, "rejected": 3}


def test_labels_come_alike_often_and_suppliers_do_not():
    shots = plan(1200, labels=first_labels(12), seed=1, habits=PLAIN)
    assert set(Counter(shot.true_label for shot in shots).values()) == {100}
    activity = Counter(shot.supplier.name for shot in shots)
    assert len(activity) == 12
    assert max(activity.values()) > 3 * min(activity.values())


def test_shares_that_leave_nothing_to_copy_are_refused():
    with pytest.raises(ValueError, match="leave"):
        plan(10, labels=LABELS, seed=1, habits=Habits(byte_duplicates=0.6))


def test_a_byte_duplicate_has_the_same_bytes_and_a_pixel_duplicate_other_metadata(truth):
    by_path = {row.path: row for row in truth.rows}
    copies = [row for row in truth.rows if row.kind in ("byte_duplicate", "pixel_duplicate")]
    assert copies
    for row in copies:
        source = by_path[row.of]
        copy, original = (Image.open(io.BytesIO(content(truth, r))) for r in (row, source))
        assert copy.tobytes() == original.tobytes()
        assert (row.sha256 == source.sha256) == (row.kind == "byte_duplicate")


def test_only_exact_duplicates_repeat_a_picture_exactly(truth):
    ids = Counter(check(content(truth, row), limits=LIMITS).image_id for row in truth.rows)
    del ids[None]
    near = truth.count("kind")["near_duplicate"]
    assert len(ids) == truth.count("outcome")["published"] + near


def test_only_mislabels_and_copies_under_another_label_say_what_is_not_shown(truth):
    for row in truth.rows:
        if row.kind == "mislabel":
            assert row.label != row.true_label
        elif row.kind not in ("byte_duplicate", "broken"):
            assert row.label == row.true_label


def test_broken_files_are_refused_for_the_reason_that_the_truth_expects(tmp_path):
    habits = replace(PLAIN, broken=1.0)
    truth = simulate(tmp_path, images=120, labels=LABELS, seed=1, size=SMALL, habits=habits)
    expected = {row.path: row.reason for row in truth.rows}
    judged = {row.path: check(content(truth, row), limits=LIMITS).reason for row in truth.rows}
    assert judged == expected
    assert truth.count("form").keys() == set(broken.FORMS)
    assert len(set(expected.values())) == 8


def test_odd_files_are_published_without_what_is_hidden_in_them(tmp_path):
    truth = simulate(
        tmp_path, images=80, labels=LABELS, seed=1, size=SMALL, habits=replace(PLAIN, odd=1.0)
    )
    assert truth.count("form").keys() == set(odd.FORMS)
    hidden = 0
    for row in truth.rows:
        received = content(truth, row)
        checked = check(received, limits=LIMITS)
        assert checked.reason is None
        published = published_bytes(received, format=checked.format)
        hidden += SECRET_PLACE.encode() in received
        assert SECRET_PLACE.encode() not in published
        if not odd.FORMS[row.form]:
            assert (checked.lon, checked.taken_at) == (None, None)
    assert hidden > 5


def test_the_shots_of_a_burst_show_one_scene_within_two_minutes(truth):
    by_path = {row.path: row for row in truth.rows}
    shots = [row for row in truth.rows if row.kind == "burst"]
    assert shots
    for row in shots:
        first = by_path[row.burst]
        assert (row.of, first.burst) == (first.path, first.path)
        assert (row.supplier, row.label) == (first.supplier, first.label)
        if row.taken_at:
            taken = [datetime.fromisoformat(r.taken_at) for r in (first, row)]
            assert 0 < (taken[1] - taken[0]).total_seconds() <= 120
        assert 1 < difference(truth, row, first) < 45


def test_bursts_have_from_two_to_six_shots():
    shots = plan(600, labels=LABELS, seed=1, habits=replace(PLAIN, bursts=0.3))
    sizes = Counter(shot.burst for shot in shots if shot.burst is not None)
    assert set(sizes.values()) == {2, 3, 4, 5, 6}


def difference(truth, row, other):
    """The mean difference of two pictures, upright and of one size, in levels of 255."""
    small = [
        np.asarray(
            ImageOps.exif_transpose(Image.open(io.BytesIO(content(truth, r))))
            .convert("RGB")
            .resize((64, 64)),
            float,
        )
        for r in (row, other)
    ]
    return np.abs(small[0] - small[1]).mean()


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edited") / "crowd"
    habits = replace(PLAIN, near_duplicates=0.4, related=0.1)
    return simulate(folder, images=150, labels=LABELS, seed=2, size=(192, 144), habits=habits)


def test_a_near_duplicate_looks_like_the_picture_it_was_made_of(edited):
    by_path = {row.path: row for row in edited.rows}
    near = [row for row in edited.rows if row.kind == "near_duplicate"]
    assert {row.form for row in near} == set(NEAR_FORMS)
    assert {row.severity for row in near} == {"1", "2", "3"}
    apart = [difference(edited, row, by_path[row.of]) for row in near]
    others = [difference(edited, row, other) for row, other in itertools.pairwise(near)]
    assert max(apart) < 55
    assert np.median(apart) < np.median(others) / 5
    assert all(row.sha256 != by_path[row.of].sha256 for row in near)


def test_a_related_picture_is_the_other_turned_mirrored_or_cropped(edited):
    by_path = {row.path: row for row in edited.rows}
    related = [row for row in edited.rows if row.kind == "related"]
    assert {row.form for row in related} == set(RELATED_FORMS)
    for row in related:
        size, source = (
            ImageOps.exif_transpose(Image.open(io.BytesIO(content(edited, r)))).size
            for r in (row, by_path[row.of])
        )
        assert {
            "mirror": size == source,
            "turn": size == source[::-1],
            "big_crop": size[0] < source[0] * 0.8,
        }[row.form]


def test_a_lookalike_is_another_picture_of_the_same_scene(tmp_path):
    habits = replace(PLAIN, lookalikes=0.4)
    truth = simulate(tmp_path, images=50, labels=LABELS, seed=4, size=SMALL, habits=habits)
    by_path = {row.path: row for row in truth.rows}
    alike = [row for row in truth.rows if row.kind == "lookalike"]
    assert {row.form for row in alike} == {"other_one", "other_places"}
    for row in alike:
        assert (row.expected, row.burst) == ("published", "")
        assert difference(truth, row, by_path[row.of]) > 2


def test_exif_tells_the_time_and_the_place_that_the_truth_tells(truth):
    told = 0
    for row in truth.rows:
        checked = check(content(truth, row), limits=LIMITS)
        if checked.taken_at is not None:
            assert checked.taken_at.isoformat() == row.taken_at
        if checked.lon is not None:
            told += 1
            assert (checked.lon, checked.lat) == pytest.approx((float(row.lon), float(row.lat)))
    assert told > 25


def test_some_cameras_have_no_clock_or_a_wrong_one_and_some_files_no_exif():
    shots = plan(1200, labels=LABELS, seed=1, habits=PLAIN)
    assert {shot.supplier.clock for shot in shots} == {"right", "wrong", "none"}
    assert {shot.taken_at.year for shot in shots} == {2017, 2018}
    timeless = [shot for shot in shots if shot.supplier.clock == "none"]
    assert not any(shot.exif_time or shot.csv_time for shot in timeless)
    assert {shot.exif for shot in shots} == {True, False}


def test_a_few_suppliers_bring_most_pictures_and_careless_ones_most_mislabels():
    shots = plan(3000, labels=first_labels(12), seed=1, habits=Habits(mislabels=0.3))
    brought = Counter(shot.supplier.name for shot in shots if shot.kind == "original")
    wrong = Counter(shot.supplier for shot in shots if shot.kind == "mislabel")
    assert sum(count for _, count in brought.most_common(4)) > sum(brought.values()) / 2
    rates = {s: wrong[s] / max(brought[s.name], 1) for s in wrong}
    careful = [rate for s, rate in rates.items() if s.careless < 1]
    careless = [rate for s, rate in rates.items() if s.careless > 1]
    assert min(careless) > max(careful)


def test_the_command_has_the_same_usual_shares():
    assert {name[2:].replace("-", "_"): share for name, share, _ in _SHARES} == asdict(Habits())


def test_some_pictures_are_stored_on_their_side(truth):
    good = [row for row in truth.rows if row.kind in ("original", "mislabel")]
    pictures = [Image.open(io.BytesIO(content(truth, row))) for row in good]
    assert {picture.size for picture in pictures} == {SMALL}
    upright = Counter(ImageOps.exif_transpose(picture).size for picture in pictures)
    assert upright[SMALL] > upright[SMALL[::-1]] > 0


def test_suppliers_prefer_labels_that_can_be_drawn():
    favourites = {label for supplier in SUPPLIERS for label in supplier.favourites}
    assert favourites <= set(first_labels(len(SUBJECTS)))


def test_suppliers_name_licences_that_the_hub_knows():
    shots = plan(300, labels=LABELS, seed=1, habits=Habits())
    licences = {shot.supplier.licence for shot in shots}
    assert len(licences) > 3
    assert {find_licence(licence) for licence in licences} == licences


def test_a_photograph_of_1024_by_768_takes_about_285_kilobytes(tmp_path):
    truth = simulate(
        tmp_path, images=24, labels=first_labels(12), seed=2, size=(1024, 768), habits=PLAIN
    )
    sizes = [len(content(truth, row)) for row in truth.rows]
    assert 285_000 * 0.85 < np.mean(sizes) < 285_000 * 1.15


def test_of_equal_pictures_the_one_received_first_is_kept():
    shots = plan(400, labels=LABELS, seed=8, habits=replace(PLAIN, byte_duplicates=0.2))
    sha256s = {shot.number: f"{shot.number if shot.of is None else shot.of:064x}" for shot in shots}
    rows = {row.path: row for row in tell(shots, sha256s=sha256s)}
    duplicates = [row for row in rows.values() if row.kept]
    assert len(duplicates) == 80
    assert all(row.expected == "duplicate" for row in duplicates)
    assert all(row.supplier >= rows[row.kept].supplier for row in duplicates)
    # Some of what was made as a copy comes first, and is kept instead.
    assert {rows[row.kept].kind for row in duplicates} == {"original", "byte_duplicate"}

"""Pages of made-up facts, and what is counted for them."""

import dataclasses
import io
import re
from base64 import b64decode
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from deltalake import write_deltalake
from PIL import Image

from hub.catalogue.batches import StageReport
from hub.catalogue.reports import BatchRow, OutcomeCount, PartRow, SplitCount
from hub.errors import StorageError
from hub.lake.derived import sample_derived
from hub.reports import facts, wording
from hub.reports.charts import Mark, draw_pixels, draw_shares
from hub.reports.measuring import Tally
from hub.reports.pictures import Pictures
from hub.reports.rendering import render_batch, render_sheet, shown_name, shown_share, shown_size
from hub.reports.writing import write_page
from hub.rules.quality import QUALITY_KINDS, Measures, issues_of
from hub.rules.reasons import Reason
from hub.rules.relations import DUPLICATES, RELATIONS
from hub.rules.remedies import REMEDIES
from hub.services.stratification import LabelSplits, SplitPart
from tests.fixtures.pictures import drawn, encoded

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = '</style><script>alert(1)</script><img src=x onerror="alert(2)">{{ 7*7 }}\u202egpj.exe'


def a_file(file_id, path="photos/a.jpg", label="Apple", **given):
    seen = {"image_id": "ab" * 32, "format": "jpeg", "width_px": 640, "height_px": 480}
    return facts.File(
        **{
            "file_id": file_id,
            "path": path,
            "label": label,
            "supplier": "ann",
            "receipt": 3,
            "submission": 4,
            "batch_no": 1,
            "split": "train",
            "size_bytes": 95_000,
            **seen,
            **given,
        }
    )


def a_pair(later, earlier, relation="near", **given):
    return facts.Pair(
        **{
            "relation": relation,
            "later": later,
            "earlier": earlier,
            "distance": 3,
            "look_distance": 0.02,
            "rule": f"{relation}-2",
            "why": "3 of 64 bits apart, pictures 2% apart",
            "undone": False,
            **given,
        }
    )


def a_report(**given):
    """A batch of 10 files: 6 published, 3 duplicates, 1 refused."""
    part = PartRow("ann", None, 10, 6, 3, 1, 0, total=1)
    splits = {
        "train": SplitPart(5, 0.83, 5, 0.2),
        "validation": SplitPart(1, 0.17, 1, 0.5),
        "test": SplitPart(0, 0.0, 0, -0.8),
    }
    hub = LabelSplits(None, 6, 6, 0, splits)
    unit = facts.Histogram((0.0, 0.5, 1.0), (2, 7))
    pixels = facts.Histogram((64.0, 128.0, 256.0, 512.0), (0, 9, 0))
    shares = ("brightness_p5", "brightness_p99", "information", "sharpness", "aspect_ratio")
    report = facts.BatchReport(
        made_at=NOON,
        batch=BatchRow(7, "ended", 10, NOON, NOON, receipts=1, suppliers=1),
        stages=[StageReport("validate", 10, {"good": 9, "rejected": 1}, 1.5)],
        outcomes=[
            OutcomeCount("published", None, None, 6, 0),
            OutcomeCount("duplicate", None, "near", 3, 0),
            OutcomeCount("rejected", "truncated", None, 1, 0),
        ],
        suppliers=facts.Parts(1, [part]),
        receipts=facts.Parts(1, [dataclasses.replace(part, receipt=3)]),
        rejected=[
            facts.Rejected(
                "truncated", wording.FOUND["truncated"], REMEDIES["truncated"], 1, [a_file(9)]
            )
        ],
        duplicates=[facts.Pairs("near", 3, [a_pair(a_file(5), a_file(1))])],
        related=[facts.Pairs("burst", 1, [a_pair(a_file(6), a_file(2), "burst")])],
        splits=[SplitCount("train", 5, 5), SplitCount("validation", 1, 1)],
        labels=facts.Labels(1, [facts.LabelPart(part, hub)], hub),
        quality=facts.Quality(
            files=9,
            grey=1,
            histograms=dict.fromkeys(shares, unit) | {"shorter_side_px": pixels, "size_px": pixels},
            issues=[facts.Issue("greyscale", 1, [a_file(2)])],
            min_side_px=100,
            usual_size_px=(90.0, 300.0),
        ),
        derived=[facts.Derived(a_file(1), "affine-2", [0])],
    )
    return dataclasses.replace(report, **given)


PICTURES = Pictures(dict.fromkeys(range(1, 7), b"\xff\xd8 thumbnail"), {})
NO_PICTURES = Pictures({}, {})


class Page(HTMLParser):
    """What a browser would make of a page: its elements, and the text that is not style."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.words, self._open = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._open.append(tag)

    def handle_data(self, data):
        if not self._open or self._open[-1] != "style":
            self.words.append(data)

    def handle_endtag(self, tag):
        self._open.append("")

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def test_a_page_needs_nothing_from_outside_and_runs_nothing():
    for page in (
        render_batch(a_report(), PICTURES),
        render_sheet(facts.DuplicateSheet(NOON, {}, 1, [a_pair(a_file(5), a_file(1))]), PICTURES),
    ):
        found = Page(page)
        names = {name for name, _ in found.elements}
        assert names.isdisjoint({"script", "link", "iframe", "object", "embed", "form", "base"})
        for _, attributes in found.elements:
            assert not any(name.startswith("on") for name in attributes)
            for name in ("src", "href"):
                assert attributes.get(name, "#").startswith(("#", "data:image/jpeg;base64,"))
        assert "url(" not in page
        assert "@import" not in page
        [policy] = [a for a in found.all("meta") if "http-equiv" in a]
        assert policy["content"].startswith("default-src 'none'")


def test_names_from_outside_are_text_wherever_they_stand():
    bad = a_file(5, path=HOSTILE, label=HOSTILE, supplier=HOSTILE)
    pair = a_pair(bad, bad, undone=True)
    part = PartRow(HOSTILE, None, 10, 6, 3, 1, 0, total=1)
    plain = a_report()
    splits = plain.labels.shown[0].splits
    report = a_report(
        suppliers=facts.Parts(1, [part]),
        receipts=facts.Parts(1, [part]),
        rejected=[facts.Rejected("truncated", "Found.", "mend it", 1, [bad])],
        duplicates=[facts.Pairs("near", 1, [pair])],
        related=[facts.Pairs("alike", 1, [pair])],
        labels=facts.Labels(1, [facts.LabelPart(part, splits)], plain.labels.hub),
        quality=dataclasses.replace(plain.quality, issues=[facts.Issue("dark", 1, [bad])]),
        derived=[facts.Derived(bad, "affine-2", [0])],
    )
    sheet = facts.DuplicateSheet(NOON, {"image": HOSTILE}, 1, [pair])
    for page, names in (
        (render_batch(report, NO_PICTURES), 16),
        (render_sheet(sheet, NO_PICTURES), 7),
    ):
        found = Page(page)
        assert not found.all("script")
        assert not [a for a in found.all("img") if not a["src"].startswith("data:")]
        assert "\u202e" not in page
        assert page.count("&lt;script&gt;alert(1)") >= names
        assert "49" not in re.sub(r'="[^"]*"', "", found.text)
        assert "{{ 7*7 }}" in found.text


def test_every_picture_has_words_and_one_that_is_gone_says_so():
    shown, gone = (Page(render_batch(a_report(), one)) for one in (PICTURES, NO_PICTURES))
    assert len(shown.all("img")) == 6
    assert {image["alt"] for image in shown.all("img")} == {
        "Apple: photos/a.jpg",
        "Apple, original",
    }
    assert not gone.all("img")
    boxes = [a for a in gone.all("div") if "gone" in a.get("class", "")]
    assert len(boxes) == 7
    assert all(box["aria-label"].endswith("no preview") for box in boxes)
    assert gone.text.count("no preview kept") == 7


def test_the_page_of_a_batch_says_what_became_of_its_files():
    text = Page(render_batch(a_report(), PICTURES)).text
    for words in (
        "10 files in 1 receipt from 1 supplier",
        "6 published (60.0%)",
        "3 duplicates of a picture the hub has (30.0%)",
        "1 refused (10.0%)",
        "1 file: truncated The file ends before the picture does.",
        "Near duplicates: 3 files",
        "1 of 3 files shown.",
        "Near: 3 of 64 bits apart, pictures 2% apart (rule near-2)",
        "hub duplicate undo 5",
        "Burst: 1 pair",
        "Without colour: 1 file",
        "validate 10 9 good, 1 rejected 1.5",
    ):
        assert words in text
    assert "not decided" not in text


def test_the_page_of_an_open_batch_says_that_its_files_are_not_decided():
    batch = BatchRow(7, "open", 10, NOON, None, receipts=1, suppliers=1)
    open_batch = a_report(
        batch=batch,
        outcomes=[OutcomeCount("pending", None, None, 10, 0)],
        rejected=[],
        duplicates=[],
        related=[],
        splits=[],
        quality=dataclasses.replace(a_report().quality, files=0),
        derived=[],
    )
    text = Page(render_batch(open_batch, NO_PICTURES)).text
    assert "not ended" in text
    assert "10 not decided yet (100.0%)" in text
    assert "No file of this batch was measured." in text
    assert "No pictures are derived from this batch yet." in text


def test_a_sheet_tells_differing_labels_undone_verdicts_and_what_is_left_out():
    pairs = [
        a_pair(a_file(5, label="Pear"), a_file(1)),
        a_pair(a_file(6), a_file(1), undone=True),
        a_pair(a_file(4), a_file(1), "bytes", why="the same bytes", rule="bytes"),
    ]
    sheet = facts.DuplicateSheet(NOON, {"relation": "near"}, 40, pairs)
    text = Page(render_sheet(sheet, PICTURES)).text
    assert "Only those of relation near" in text
    assert "3 of 40 duplicates shown." in text
    assert text.count("labels differ") == 1
    assert "Not the same? hub duplicate undo 5" in text
    assert "hub duplicate undo 6" not in text
    assert "Wrong label? hub duplicate undo 4" in text
    assert "The same bytes Wrong label?" in text
    empty = facts.DuplicateSheet(NOON, {}, 0, [])
    assert "No such file repeats" in Page(render_sheet(empty, PICTURES)).text


def test_reasons_are_told_in_the_words_of_the_documentation():
    # The second table tells what is not even received.
    table = (ROOT / "docs" / "reasons.md").read_text().partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", table, re.M))
    for reason in Reason:
        told = re.sub(r" ?\([^()]*\)|\[(\w+)\]\([^)]*\)|`", "", rows[reason])
        told = re.sub(r"^Only (if|with) [^:]*: (\w)", lambda m: m[2].upper(), told)
        assert told.startswith(wording.FOUND[reason].removesuffix(".")), reason


def test_every_relation_and_issue_has_words():
    assert {*wording.RELATIONS} == {*DUPLICATES, *RELATIONS}
    assert {*wording.ISSUES} == {*QUALITY_KINDS}


def test_a_name_is_cut_in_the_middle_and_shows_what_cannot_be_seen():
    assert shown_name("a\nb\u202ec\x1b") == r"a\nb\u202ec\x1b"
    long = shown_name("a" * 1000 + "end.jpg")
    assert len(long) < 170
    assert long.endswith("end.jpg")


def test_small_shares_are_not_told_to_be_none():
    assert [shown_share(*pair) for pair in ((0, 5), (1, 10_000), (1, 4), (0, 0))] == [
        "0.0%",
        "under 0.1%",
        "25.0%",
        "0.0%",
    ]
    assert [shown_size(count) for count in (999, 95_400, 1_240_000, 23_000_000)] == [
        "999 bytes",
        "95 kB",
        "1.2 MB",
        "23 MB",
    ]


MEASURES = [
    # width, height, p5, p99, information, sharpness, is_grey
    (640, 480, 0.1, 0.9, 0.8, 0.6, False),
    (640, 480, 0.0, 0.1, 0.8, 0.6, False),
    (640, 480, 0.0, 0.32, 0.3, 0.29, False),
    (640, 480, 0.0, 0.2, 0.1, 0.1, True),
    (1600, 400, 0.96, 1.0, 0.2, 0.6, False),
    (400, 1600, 0.95, 1.0, 0.9, 0.6, True),
    (16, 16, 0.1, 0.9, 0.8, 0.6, False),
]
COLUMNS = ("width_px", "height_px", "brightness_p5", "brightness_p99", "information", "sharpness")


def measured(rows, first=0):
    columns = dict(zip((*COLUMNS, "is_grey"), zip(*rows, strict=True), strict=True))
    file_ids = pa.array(range(first, first + len(rows)), pa.int64())
    types = {"width_px": pa.int32(), "height_px": pa.int32()}
    arrays = {name: pa.array(values, types.get(name)) for name, values in columns.items()}
    return pa.RecordBatch.from_pydict({"file_id": file_ids, **arrays})


def test_issues_are_counted_as_the_rule_of_a_single_picture_has_them():
    tally = Tally(most=9, usual_size_px=None)
    tally.add(measured(MEASURES))
    expected = [
        issues_of(Measures(**dict(zip((*COLUMNS, "is_grey"), row, strict=True))))
        for row in MEASURES
    ]
    assert tally.files == len(MEASURES)
    for kind, count in tally.issues.items():
        assert count == sum(kind in issues for issues in expected), kind
        assert {*tally.cases(kind)} == {n for n, issues in enumerate(expected) if kind in issues}
    assert tally.issues["dark"] == 2
    assert tally.issues["odd_size"] == 0


def test_the_plainest_cases_are_remembered_however_the_rows_come():
    dark = [(640, 480, 0.0, p99, 0.8, 0.6, False) for p99 in (0.3, 0.1, 0.2, 0.31, 0.05)]
    whole, in_pieces = Tally(most=2, usual_size_px=None), Tally(most=2, usual_size_px=None)
    whole.add(measured(dark))
    for number, row in enumerate(dark):
        in_pieces.add(measured([row], first=number))
    assert whole.cases("dark") == in_pieces.cases("dark") == [4, 1]
    assert whole.histograms() == in_pieces.histograms()
    assert whole.issues["dark"] == 5


def test_sizes_far_from_the_hubs_are_odd_and_pictures_of_no_measure_are_left_out():
    tally = Tally(most=9, usual_size_px=(100.0, 600.0))
    rows = [*MEASURES, (640, 480, None, None, None, None, None)]
    tally.add(measured(rows))
    assert tally.files == len(MEASURES)
    assert {*tally.cases("odd_size")} == {4, 5, 6}
    assert all(sum(one.counts) == len(MEASURES) for one in tally.histograms().values())


def test_a_threshold_is_drawn_where_its_value_lies_and_its_zone_beyond():
    histogram = facts.Histogram((0.0, 0.25, 0.5, 0.75, 1.0), (0, 1, 0, 1000))
    below = draw_shares(histogram, [Mark(0.25, "dark", True)])
    assert [bar.count for bar in below.bars] == [1, 1000]
    [line] = below.lines
    assert line.x == below.bars[0].x
    assert line.zone_x + line.zone_width == pytest.approx(line.x)
    assert below.bars[0].height >= 1.5
    [above] = draw_shares(histogram, [Mark(0.75, "light", False)]).lines
    assert above.zone_x == above.x


def test_pixels_are_drawn_by_doublings_only_where_there_are_some():
    edges = tuple(2.0**power for power in range(4, 18))
    counts = tuple(5 if edge == 256 else 0 for edge in edges[:-1])
    chart = draw_pixels(facts.Histogram(edges, counts), [Mark(100, "refused: below 100", True)])
    assert [tick.text for tick in chart.ticks] == [
        "20",
        "50",
        "100",
        "200",
        "500",
        "1,000",
        "2,000",
    ]
    [bar], [line] = chart.bars, chart.lines
    assert bar.width == pytest.approx(300 / 7 - 1, abs=0.2)
    assert line.x == next(tick.x for tick in chart.ticks if tick.text == "100")
    assert 10 < line.x < bar.x


def test_an_empty_histogram_is_drawn_without_bars():
    chart = draw_pixels(facts.Histogram((16.0, 32.0, 64.0), (0, 0)), [])
    assert (chart.bars, chart.tallest) == ([], 0)


def test_derived_pictures_are_taken_from_the_batch_asked_for(tmp_path):
    ids = [f"{number:064x}" for number in range(8)]
    # The first file holds both batches, as after a compaction.
    for some in ([*((1, one) for one in ids[:4]), (2, ids[7]), (2, ids[5])], [(2, ids[6])]):
        rows = [
            {
                "batch_no": batch_no,
                "image_id": image_id,
                "recipe": "affine-2",
                "number": number,
                "content": f"{image_id} {number}".encode(),
            }
            for batch_no, image_id in some
            for number in (1, 0)
        ]
        table = pa.Table.from_pylist(rows)
        write_deltalake(str(tmp_path / "images_augmented"), table, mode="append")
    found = sample_derived(str(tmp_path), 2, pictures=2)
    assert [(one.image_id, one.number) for one in found] == [
        (image_id, number) for image_id in ids[5:7] for number in (0, 1)
    ]
    assert {one.content.decode() for one in found} == {f"{o.image_id} {o.number}" for o in found}
    assert sample_derived(str(tmp_path), 3, pictures=3) == []
    assert sample_derived(str(tmp_path / "nowhere"), 1, pictures=3) == []


def test_a_page_is_replaced_whole_and_what_cannot_be_written_is_told(tmp_path):
    path = tmp_path / "reports" / "page.html"
    write_page(path, "first ä")
    write_page(path, "second ä")
    assert path.read_text(encoding="utf-8") == "second ä"
    assert [one.name for one in path.parent.iterdir()] == ["page.html"]
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="--output"):
        write_page(tmp_path / "file" / "page.html", "third")


def test_a_picture_is_held_by_the_page_itself():
    jpeg = encoded(drawn())
    address = Pictures({1: jpeg}, {}).of_file(1)
    kind, _, coded = address.partition(",")
    assert kind == "data:image/jpeg;base64"
    assert np.asarray(Image.open(io.BytesIO(b64decode(coded)))).shape == (120, 160, 3)

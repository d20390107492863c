"""Stage `dedupe`: good files -> duplicates, and images_related for the pictures that are kept."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path

import pyarrow as pa
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from hub.rules import keeping
from hub.rules.keeping import Decisions, File, Repeat
from hub.rules.shortlist import CLOSEST
from jobs import alike, kept, schemas
from jobs.alike import BatchIndex
from jobs.candidates import Candidates
from jobs.comparisons import Comparisons
from jobs.known import KnownPictures
from jobs.stage import Work, collect, first_files, good_files

TABLE = "duplicates"

_PICTURE = [
    *("image_id", "batch_key", "receipt_no", "supplier_id", "label_key", "sha256", "format"),
    *(
        "width_px",
        "height_px",
        "size_bytes",
        "crc32",
        "reduced_sha256",
        *alike.STORED_HASHES,
        "taken_at",
        "pack",
    ),
]
"""What is known of a picture that is compared, of whatever batch."""

_FILE = [*_PICTURE, "file_id", "path", "is_apart", "probes"]
_KEPT = [*_PICTURE, "group_id"]
_KEPT_ROWS = to_arrow_schema(
    StructType([schemas.IMAGES_KEPT[name] for name in _KEPT]), timezone="UTC"
)


def run(work: Work) -> None:
    files = read_files(work)
    folder = Path(work.files_path).with_suffix(".search")
    pictures = first_files(files)
    index = BatchIndex.build(pictures.drop_columns(["file_id", "is_apart"]))
    index.save(folder)
    known = KnownPictures(pictures)
    matches = find_matches(work, folder=folder)
    candidates = Candidates(index, known, matches=matches, neighbours=alike.neighbours(files))
    known.save(folder)
    comparisons = Comparisons(work, known, folder=folder)
    decisions = decide(_files(files), known, candidates, comparisons)
    for fault in comparisons.faults:
        work.say(
            f"batch {work.batch.batch_no}: compared without the pixels of what is damaged: {fault}."
            " `hub verify --bytes` names all such; restore their files of the images table."
        )
    append(work, related_rows(decisions, known), "images_related")
    append(work, map(duplicate_row, decisions.repeats), TABLE)
    shutil.rmtree(folder)


def read_files(work: Work) -> pa.Table:
    """Collect the batch's good files in order of receipt: narrow rows, no bytes."""
    good = good_files(work.rows("files_checked", [*_FILE, "reason"])).select(_FILE)
    order = ("receipt_no", "sha256", "label_key", "path", "file_id")
    return good.sort_by([(name, "ascending") for name in order])


def find_matches(work: Work, *, folder: Path) -> pa.Table:
    """Return rows of pictures of earlier batches that may be like the batch's."""
    return collect(
        work,
        kept.list_pieces(work.settings.lake_root),
        kept.find_matches,
        pa.schema([*_KEPT_ROWS, *alike.MATCH]),
        what="parts of the earlier pictures searched",
        at_once=1,
        folder=str(folder),
        before=work.batch.batch_no,
        kept_schema=_KEPT_ROWS,
    )


def decide(
    files: Sequence[File], known: KnownPictures, candidates: Candidates, comparisons: Comparisons
) -> Decisions:
    """Compare pictures and decide which are kept, until the one asks for nothing of the other.

    In a crowd, with which pictures one is compared depends on which are kept by then. What is
    taken for kept, at first all, is right of one more picture in each turn at least, in order of
    receipt, and so in the end of all; where there is no crowd, in the first turn.
    """
    repeats: set[int] = set()
    # The first few alone tell what a crowd of copies repeats.
    for closest in chain([0], repeat(CLOSEST)):
        pairs, is_whole = candidates.pairs(repeats=repeats, closest=closest)
        decisions = keeping.decide(
            files, comparisons.findings(pairs), kept_before=known.kept_before
        )
        found = known.numbers({file.image_id for file in files} - decisions.kept)
        if is_whole or (closest and found == repeats):
            break
        repeats = found
    return decisions


def append(work: Work, rows: Iterator[Mapping[str, object]], table: str) -> None:
    schema = to_arrow_schema(schemas.TABLES[table], timezone="UTC")
    found = pa.Table.from_pylist([*rows], schema=schema)
    work.lake.append_table(work.spark, found, table, batch=work.batch)


def related_rows(decisions: Decisions, known: KnownPictures) -> Iterator[dict[str, object]]:
    """Lay out related pictures, the earlier ones of each in order of receipt."""
    ranks: defaultdict[str, int] = defaultdict(int)
    for one in sorted(decisions.related, key=lambda one: known.order(one.other)):
        yield {
            "image_id": one.image_id,
            "related_to": one.other,
            "relation": one.relation,
            "distance": one.distance,
            "look_distance": one.look_distance,
            "rule_version": one.rule_version,
            "rank": ranks[one.image_id],
            "related_group_id": known.group_before(one.other),
        }
        ranks[one.image_id] += 1


def duplicate_row(one: Repeat) -> dict[str, object]:
    return {
        "file_id": one.file.file_id,
        "sha256": one.file.sha256,
        "image_id": one.image_id,
        "relation": one.relation,
        "distance": one.distance,
        "look_distance": one.look_distance,
        "rule_version": one.rule_version,
    }


def _files(files: pa.Table) -> list[File]:
    names = ["file_id", "receipt_no", "sha256", "label_key", "path", "image_id", "is_apart"]
    rows = files.select(names).to_pylist()
    return [File(**row | {"is_apart": bool(row["is_apart"])}) for row in rows]

"""Stage `dedupe`: good files -> duplicates, and images_related for the pictures that are kept."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import StructType

from hub.limits import bounds_of
from hub.rules import keeping
from hub.rules.keeping import Decisions, File, Finding, Repeat
from jobs import alike, comparing, kept, schemas
from jobs.alike import BatchIndex
from jobs.known import KnownPictures
from jobs.stage import Work, Worker, first_files, good_files, on_workers

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
    known.add_matches(find_matches(work, folder=folder))
    for found in index.find_own():
        known.add_own(found)
    known.add_neighbours(alike.neighbours(files))
    known.save(folder)
    findings = compare(work, known, folder=folder)
    decisions = keeping.decide(_files(files), findings, kept_before=known.kept_before)
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
    return _on_workers(
        work,
        kept.list_pieces(work.settings.lake_root),
        kept.find_matches,
        pa.schema([*_KEPT_ROWS, *alike.MATCH]),
        folder=str(folder),
        before=work.batch.batch_no,
        kept_schema=_KEPT_ROWS,
    )


def compare(work: Work, known: KnownPictures, *, folder: Path) -> list[Finding]:
    """Judge every pair by its looks, and by its pixels where these may be equal."""
    settings: dict[str, object] = {
        "folder": str(folder),
        "objects_root": work.settings.objects_root,
        "lake_root": work.settings.lake_root,
        "bounds": bounds_of(work.settings),
    }
    pairs = known.pairs()
    judged = _on_workers(work, pairs, comparing.judge_pairs, comparing.FOUND, **settings)
    suspects = known.suspects(judged)
    digests = _on_workers(work, suspects, comparing.digest_pixels, comparing.DIGEST, **settings)
    return known.findings(judged, digests)


def _on_workers(
    work: Work, rows: pa.Table, worker: Worker, shown: pa.Schema, **settings: object
) -> pa.Table:
    """Spread rows over the workers and collect what they show."""
    if not rows.num_rows:
        return shown.empty_table()
    return on_workers(work.spread(rows), worker, from_arrow_schema(shown), **settings).toArrow()


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


def duplicate_row(repeat: Repeat) -> dict[str, object]:
    return {
        "file_id": repeat.file.file_id,
        "sha256": repeat.file.sha256,
        "image_id": repeat.image_id,
        "relation": repeat.relation,
        "distance": repeat.distance,
        "look_distance": repeat.look_distance,
        "rule_version": repeat.rule_version,
    }


def _files(files: pa.Table) -> Iterator[File]:
    names = ["file_id", "receipt_no", "sha256", "label_key", "path", "image_id", "is_apart"]
    for row in files.select(names).to_pylist():
        yield File(**row | {"is_apart": bool(row["is_apart"])})

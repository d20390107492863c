"""Stage `split`: kept files -> images_kept, each picture with its group and split."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql.pandas.types import to_arrow_schema

from hub.rules.keeping import assign_groups
from jobs import schemas
from jobs.stage import Work, first_files, good_files

TABLE = "images_kept"

_ADDED = ("batch_no", "batch_key", "group_id", "split")
_KEPT = [name for name in schemas.IMAGES_KEPT.names if name not in _ADDED]


def keep_pictures(checked: pa.Table, duplicates: pa.Table) -> pa.Table:
    """Return one row a kept picture: of a file under several labels, that of the first label."""
    good = good_files(checked)
    repeats = pc.is_in(good["file_id"], value_set=duplicates["file_id"].combine_chunks())
    kept = good.filter(pc.invert(repeats))
    by_label = kept.sort_by([("label_key", "ascending"), ("file_id", "ascending")])
    return first_files(by_label).select(_KEPT)


def place(pictures: pa.Table, related: pa.Table) -> pa.Table:
    """Add group and split to kept pictures, by what each is related to (`images_related`)."""
    in_order = pictures.sort_by([("receipt_no", "ascending"), ("sha256", "ascending")])
    ranked = related.sort_by([("image_id", "ascending"), ("rank", "ascending")])
    pairs = list(zip(*_lists(ranked, "image_id", "related_to"), strict=True))
    groups = dict(zip(*_lists(ranked, "related_to", "related_group_id"), strict=True))
    placed = assign_groups(
        in_order["image_id"].to_pylist(),
        pairs,
        groups={other: group for other, group in groups.items() if group is not None},
    )
    _, group_ids, splits = zip(*placed, strict=True) if in_order.num_rows else ((), (), ())
    return in_order.append_column("group_id", pa.array(group_ids, pa.string())).append_column(
        "split", pa.array(splits, pa.string())
    )


def run(work: Work) -> None:
    pictures = keep_pictures(
        work.rows("files_checked", [*_KEPT, "reason"]), work.rows("duplicates", ["file_id"])
    )
    work.lake.append_table(work.spark, place(pictures, read_related(work)), TABLE, batch=work.batch)


def read_related(work: Work) -> pa.Table:
    """Return the batch's pairs; none where an earlier release took it through dedupe."""
    columns = ["image_id", "related_to", "rank", "related_group_id"]
    # That one told exact duplicates alone, and dedupe has widened the table since.
    if "look_distance" not in work.columns("duplicates"):
        schema = to_arrow_schema(schemas.IMAGES_RELATED, timezone="UTC")
        return schema.empty_table().select(columns)
    return work.rows("images_related", columns)


def _lists(table: pa.Table, *names: str) -> Iterator[list[str]]:
    for name in names:
        yield table[name].to_pylist()

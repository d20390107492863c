"""What a batch costs as the hub grows: 10,000 files against 10 thousand and 1 million pictures.

    BENCH_KEPT=1000000 BENCH_ROUNDS=3 python -m benchmarks.growth

Metadata alone: the stages dedupe and split run as in a job, in one session, over a lake whose
rows are drawn; the stages before and after them see nothing of the hub but the batch.
"""

import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import to_arrow_schema

from benchmarks.kept_rows import (
    BATCH_KEY,
    BLOCK,
    NEAR_SHARE,
    SAME_SHARE,
    NewBatch,
    draw_batch,
    draw_kept,
)
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.processes import BenchError, Memory
from benchmarks.report import write_result
from hub.catalogue.batches import Batch
from hub.config import Settings
from hub.lake.packs import PackWriter, pack_path
from hub.lake.tables import read_batch
from jobs import dedupe, schemas, split
from jobs.session import spark_session
from jobs.stage import Work
from jobs.tables import Lake

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "growth.json"
_QUICK_RESULT = _HERE / "results" / "growth-quick.json"
_FILES, _SMALL, _LARGE, _ROUNDS = 10_000, BLOCK, 1_000_000, 3
_BATCH_OF_HUB = 5 * BLOCK
_HUB_ID = "00000000-0000-0000-0000-000000000000"
# Later than all batches of the hub, however many there are.
_BATCH = Batch(batch_no=1_000_000, batch_key=BATCH_KEY, file_count=_FILES)

Turn = dict[str, float]
"""Seconds by stage, and `seconds` of both."""


def measure(large: int, *, rounds: int) -> dict[str, Any]:
    """Run the batch against both hubs in turn and return the result.

    Raises BenchError unless both hubs give it the same verdicts.
    """
    work = _HERE / "work" / "growth"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    sizes = {"small": _SMALL, "large": large}
    settings = Settings.from_env({"HUB_HOME": str(work)})
    batch = draw_batch(_FILES, kept=draw_kept(_SMALL))
    _write_packs(Path(settings.objects_root), batch)
    memory = Memory(os.getpid())
    memory.start()
    with spark_session(settings, "growth") as spark:
        for name, size in sizes.items():
            say(f"a hub of {size:,} pictures")
            _fill(spark, Lake(str(work / name), _HUB_ID), size=size, batch=batch)
        say("a turn that is not counted, in which the session warms up")
        _turn(spark, settings, hub=work / "small")
        measured = [
            {
                name: _turn(spark, settings, hub=work / name)
                for name in (sizes if number % 2 == 0 else reversed(sizes))
            }
            for number in range(rounds)
        ]
    peak_bytes = memory.stop()
    shutil.rmtree(work)
    return {
        "benchmark": "growth",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "files": _FILES,
        "hubs": sizes,
        "peak_bytes": peak_bytes,
        **_sum_up(measured),
    }


def _write_packs(objects_root: Path, batch: NewBatch) -> None:
    """Lay down the looks; nothing here reads the thumbnails beside them."""
    for batch_key, looks in ((BATCH_KEY, batch.looks), (_key(0), batch.kept_looks)):
        with PackWriter(pack_path(objects_root, batch_key, pack=0)) as pack:
            for image_id, look in looks.items():
                pack.add(image_id, thumbnail_299=b"", thumbnail_100=b"", look=look)


def _key(number: int) -> str:
    return f"hub-{number}"


def _fill(spark: SparkSession, lake: Lake, *, size: int, batch: NewBatch) -> None:
    """Make a hub that has published `size` pictures and checked the batch's files."""
    for number, first in enumerate(range(0, size, _BATCH_OF_HUB)):
        rows = draw_kept(min(_BATCH_OF_HUB, size - first), first=first)
        rows = _packed(rows, batch)
        lake.append_table(
            spark, rows, "images_kept", batch=Batch(number + 1, _key(number), rows.num_rows)
        )
    lake.append_table(spark, _checked(batch.files), "files_checked", batch=_BATCH)


def _checked(files: pa.Table) -> pa.Table:
    """Give files the columns that are of no account here: a NULL reason, no measures."""
    schema = to_arrow_schema(schemas.CHECK, timezone="UTC")
    lacking = [field for field in schema if field.name not in files.column_names]
    for field in lacking:
        files = files.append_column(field, pa.nulls(files.num_rows, field.type))
    return files


def _packed(rows: pa.Table, batch: NewBatch) -> pa.Table:
    """Say which pack has the looks that are laid down: the first of the first batch."""
    has_look = pc.is_in(rows["image_id"], value_set=pa.array(batch.kept_looks, pa.string()))
    packs = pc.if_else(has_look, pa.scalar(0, pa.int32()), pa.scalar(None, pa.int32()))
    return rows.set_column(rows.column_names.index("pack"), "pack", packs)


def _turn(spark: SparkSession, settings: Settings, *, hub: Path) -> Turn:
    """Run both stages over a copy of a hub and return the seconds of each.

    Raises BenchError unless the batch's copies, and no others, are duplicates.
    """
    copy = hub.with_name("copy")
    # By links: no stage changes a file that is there.
    shutil.copytree(hub, copy, copy_function=os.link)
    files_path = copy / "files.parquet"
    lake = Lake(str(copy), _HUB_ID)
    work = Work(spark, replace(settings, lake_root=str(copy)), lake, _BATCH, str(files_path))
    seconds = {
        stage.__name__.rpartition(".")[2]: _timed(stage.run, work) for stage in (dedupe, split)
    }
    found = sorted(_column(copy, "duplicates", "relation"))
    kept = len(_column(copy, "images_kept", "image_id"))
    shutil.rmtree(copy)
    same, near = int(_FILES * SAME_SHARE), int(_FILES * NEAR_SHARE)
    if found != ["bytes"] * same + ["near"] * near or kept != _FILES - same - near:
        raise BenchError(f"the batch against {hub.name}: {Counter(found)}, {kept} kept")
    told = {**seconds, "seconds": sum(seconds.values())}
    say(f"{hub.name}: " + ", ".join(f"{name} {took:.1f} s" for name, took in told.items()))
    return told


def _column(lake_root: Path, table: str, name: str) -> list[str]:
    """Return what the batch has in one column of a table."""
    rows = read_batch(str(lake_root), table, batch_no=_BATCH.batch_no, columns=[name])
    return rows[name].to_pylist() if rows else []


def _timed(run: Callable[[Work], object], work: Work) -> float:
    begun = time.perf_counter()
    run(work)
    return time.perf_counter() - begun


def _sum_up(rounds: Sequence[Mapping[str, Turn]]) -> dict[str, Any]:
    """Return the rounds, the medians, and the medians of the rounds' ratios (large by small)."""
    fields = list(rounds[0]["small"])
    return {
        "rounds": list(rounds),
        "medians": {
            name: {field: median(turn[name][field] for turn in rounds) for field in fields}
            for name in ("small", "large")
        },
        "ratios": {
            field: median(turn["large"][field] / turn["small"][field] for turn in rounds)
            for field in fields
        },
    }


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: a line a stage, and one for both."""
    machine, medians = result["machine"], result["medians"]
    hubs = [f"{size:,} pictures, s" for size in result["hubs"].values()]
    return "\n".join(
        [
            f"A batch of {result['files']:,} files, metadata alone; medians of"
            f" {len(result['rounds'])} rounds; {result['measured_on']}; {machine['processor']},"
            f" {machine['cores']} cores; peak memory {result['peak_bytes'] / 1e9:.1f} GB.",
            "",
            f"| | {' | '.join(hubs)} | ratio |",
            "|---|---|---|---|",
            *(
                f"| {'both' if field == 'seconds' else field} | {medians['small'][field]:.1f}"
                f" | {medians['large'][field]:.1f} | **{ratio:.2f}** |"
                for field, ratio in result["ratios"].items()
            ),
        ]
    )


def main() -> None:
    """Measure, then write results/growth.json, or growth-quick.json of a run that is not whole."""
    try:
        large = count(os.environ, "BENCH_KEPT", default=_LARGE)
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        result = measure(large, rounds=rounds)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_whole = large >= _LARGE and rounds >= _ROUNDS
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("growth", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()

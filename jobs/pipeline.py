"""The order of the stages, and the two-store protocol that makes each happen once."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import to_arrow_schema

from hub.catalogue import batches
from hub.catalogue.batches import Batch, StageReport
from hub.config import Settings
from hub.db import Connection, OpenDb
from hub.lake import outcomes
from hub.services import publication
from hub.services.batches import STAGES, counted, due_batch, end_stage
from hub.services.leases import HeldLease, hold_lease
from jobs import augment, compact, dedupe, publish, schemas, split, validate
from jobs.failures import StageFailed, failing_as
from jobs.progress import Track, untracked
from jobs.session import spark_session
from jobs.stage import Work
from jobs.tables import Lake

_MODULES: dict[str, ModuleType] = {
    "validate": validate,
    "dedupe": dedupe,
    "split": split,
    "publish": publish,
    "augment": augment,
}
_FILE_ROWS = 50_000

Say = Callable[[str], None]
OpenSpark = Callable[[Settings, str], AbstractContextManager[SparkSession]]


@dataclass(frozen=True)
class StageDone:
    batch_no: int
    stage: str
    rows_in: int
    rows_out: Mapping[str, int]
    seconds: float


@dataclass
class JobReport:
    """What one job did: a report for each stage it ran, and how long Spark took to start."""

    session_seconds: float = 0.0
    stages: list[StageDone] = field(default_factory=list)
    compacted: list[compact.Compacted] = field(default_factory=list)


@dataclass
class Job:
    """One holder of the lease at work: it starts Spark when a stage first needs it."""

    settings: Settings
    open_db: OpenDb
    lease: HeldLease
    say: Say
    open_spark: OpenSpark
    hub_id: str
    track: Track
    report: JobReport = field(default_factory=JobReport)
    resources: ExitStack = field(default_factory=ExitStack)
    work: Work | None = None
    """The batch that Spark was last handed."""

    @cached_property
    def spark(self) -> SparkSession:
        self.say("starting Spark")
        begun = time.monotonic()
        with failing_as("the start of Spark"):
            session = self.resources.enter_context(self.open_spark(self.settings, "job"))
        self.report.session_seconds = time.monotonic() - begun
        return session

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.lake_root, self.hub_id)


def run(
    settings: Settings,
    open_db: OpenDb,
    *,
    holder: str,
    say: Say,
    only: str | None = None,
    open_spark: OpenSpark = spark_session,
    track: Track = untracked,
) -> JobReport:
    """Run what is due: every stage of every batch, or the one stage named by `only`.

    Raises LeaseHeld, StoresDiffer, StageFailed or DatabaseUnavailable; after any of them, or a
    kill at any point, the same call completes what was begun.
    """
    with open_job(
        settings, open_db, holder=holder, say=say, open_spark=open_spark, track=track
    ) as job:
        if only:
            run_stage_alone(job, only)
        else:
            run_everything(job)
        return job.report


def run_compaction(
    settings: Settings,
    open_db: OpenDb,
    *,
    holder: str,
    say: Say,
    open_spark: OpenSpark = spark_session,
) -> JobReport:
    """Compact every table that has more than one small file; raises as `run` does."""
    with open_job(settings, open_db, holder=holder, say=say, open_spark=open_spark) as job:
        with job.open_db() as db:
            check_ages(job, db)
        compact_tables(job, most_small=1)
        return job.report


@contextmanager
def open_job(
    settings: Settings,
    open_db: OpenDb,
    *,
    holder: str,
    say: Say,
    open_spark: OpenSpark,
    track: Track = untracked,
) -> Iterator[Job]:
    """Hold the lease of the lake for the block; what the job has started ends with it."""
    with hold_lease(open_db, holder=holder) as lease:
        with open_db() as db:
            hub_id = batches.get_hub(db).hub_id
        job = Job(settings, open_db, lease, say, open_spark, hub_id, track)
        with job.resources:
            yield job


def run_everything(job: Job) -> None:
    """Take batch after batch through the stages that it still lacks, then compact what needs it."""
    while batch := next_batch(job):
        for stage in pending_stages(job, batch):
            run_stage(job, batch, stage)
    compact_tables(job, most_small=compact.MOST_SMALL)


def compact_tables(job: Job, *, most_small: int) -> None:
    """Make few data files of many where a table has more small ones than told."""

    def confirm() -> None:
        with job.open_db() as db:
            job.lease.confirm(db)

    job.report.compacted += compact.compact(
        job.settings.lake_root,
        lambda: job.spark,
        confirm=confirm,
        say=job.say,
        most_small=most_small,
    )


def run_stage_alone(job: Job, stage: str) -> None:
    """Run one stage of the batch that is due for it.

    Raises StageFailed, naming the command to run first, if the batch lacks an earlier stage.
    """
    batch = next_batch(job, begins=stage == STAGES[0])
    due = pending_stages(job, batch)[0] if batch else first_due(job)
    if due is None or STAGES.index(stage) < STAGES.index(due):
        job.say(f"nothing to {stage}")
    elif batch is None or due != stage:
        name = f"batch {batch.batch_no}" if batch else "what was received"
        raise StageFailed(
            f"{name} has to go through {due} before {stage}:"
            f" run `hub job {due}`, or `hub job run` for all that is due."
        )
    else:
        run_stage(job, batch, stage)


def first_due(job: Job) -> str | None:
    """Return the first stage if receipts wait for a batch."""
    with job.open_db() as db:
        return STAGES[0] if batches.list_waiting_receipts(db) else None


def next_batch(job: Job, *, begins: bool = True) -> Batch | None:
    """Return the open batch once the two stores are of one age; else begin one, if told so."""
    with job.open_db() as db:
        job.lease.confirm(db)
        check_ages(job, db)
        if not begins:
            return batches.find_open_batch(db)
        return due_batch(db, batch_files=job.settings.batch_files)


def check_ages(job: Job, db: Connection) -> None:
    """Raise StoresDiffer if one store was restored from an older copy than the other."""
    begun = batches.get_hub(db).last_batch_no
    batch = batches.find_open_batch(db)
    done = {each.stage for each in batches.list_stages(db, batch.batch_no)} if batch else {*STAGES}
    for stage in ("validate", "dedupe", "split", "publish"):  # What every batch commits.
        ended = begun if stage in done else begun - 1
        job.lake.check_age(_MODULES[stage].TABLE, ended=ended, begun=begun)


def pending_stages(job: Job, batch: Batch) -> list[str]:
    with job.open_db() as db:
        done = {report.stage for report in batches.list_stages(db, batch.batch_no)}
    return [stage for stage in STAGES if stage not in done]


def run_stage(job: Job, batch: Batch, stage: str) -> None:
    """Commit one stage of one batch to the lake, then to Postgres; each of them once."""
    work = None if is_committed(job, batch, stage) else prepare_work(job, batch)
    begun = time.monotonic()
    if work:
        files = "1 file" if batch.file_count == 1 else f"{batch.file_count:,} files"
        job.say(f"batch {batch.batch_no}: {stage}, {files}")
        name = f"stage {stage} of batch {batch.batch_no}"
        with failing_as(name, files_path=work.files_path):
            _MODULES[stage].run(work)
    rows_out = outcomes.count_outcomes(
        job.settings.lake_root,
        batch.batch_no,
        stage=stage,
        is_derived=job.lake.has_batch(augment.TABLE, batch),
    )
    report = StageReport(stage, batch.file_count, rows_out, time.monotonic() - begun)
    record_stage(job, batch, report)
    if stage == STAGES[-1]:
        shutil.rmtree(files_path(job, batch).parent, ignore_errors=True)
    words = counted(rows_out)
    job.say(f"batch {batch.batch_no}: {stage} done in {report.seconds:.1f} s: {words}")
    job.report.stages.append(StageDone(batch.batch_no, **asdict(report)))


def is_committed(job: Job, batch: Batch, stage: str) -> bool:
    """Whether the lake needs nothing more of a stage."""
    if stage == "augment" and not job.settings.augment_count:
        return True
    return job.lake.has_batch(_MODULES[stage].TABLE, batch)


def record_stage(job: Job, batch: Batch, report: StageReport) -> None:
    """Say in Postgres, in one transaction, what the lake has committed."""
    lake_root = job.settings.lake_root
    with job.open_db() as db:
        job.lease.confirm(db)
        if report.stage == "publish":
            publication.publish_batch(
                db,
                batch.batch_no,
                outcomes=outcomes.list_outcomes(lake_root, batch.batch_no),
                published=outcomes.list_published(lake_root, batch.batch_no),
                related=outcomes.list_related(lake_root, batch.batch_no),
            )
        end_stage(db, batch, report=report)


def prepare_work(job: Job, batch: Batch) -> Work:
    """Start Spark and lay out the batch's files for it, once a job."""
    if job.work is None or job.work.batch != batch:
        path = files_path(job, batch)
        with failing_as(f"the list of batch {batch.batch_no}"):
            write_files(job, batch, path)
        job.work = Work(
            job.spark, job.settings, job.lake, batch, str(path), track=job.track, say=job.say
        )
    return job.work


def files_path(job: Job, batch: Batch) -> Path:
    return Path(job.settings.objects_root) / "batches" / f"{batch.batch_no}.parquet"


def write_files(job: Job, batch: Batch, path: Path) -> None:
    """Hand the batch's files to Spark as Parquet, from Postgres in constant memory."""
    # One batch is open at a time: what lies there is of a job that was killed.
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True)
    schema = to_arrow_schema(schemas.BATCH_FILES, timezone="UTC")
    with job.open_db() as db, pq.ParquetWriter(path, schema) as writer:
        files = batches.list_batch_files(db, batch.batch_no)
        while some := list(islice(files, _FILE_ROWS)):
            writer.write_batch(pa.RecordBatch.from_pylist(list(map(asdict, some)), schema))

"""Brings a training from its row to its model: prepared, trained, reported, registered."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import Protocol

from hub.catalogue import trainings
from hub.catalogue.trainings import Training
from hub.config import Settings
from hub.db import OpenDb
from hub.errors import DatabaseUnavailable, HubError, TrainingError
from hub.rules.runs import SETTINGS, Run, read_run
from hub.rules.trainings import Options
from hub.services import models
from jobs.train.attempts import Attempts, Over
from jobs.train.chronicle import Chronicle, Say
from jobs.train.launchers import Launcher
from jobs.train.leasing import Lease, beating
from jobs.train.marked import end_marked


class Prepare(Protocol):
    def __call__(
        self,
        settings: Settings,
        open_db: OpenDb,
        training: Training,
        *,
        folder: Path,
        over: Event,
    ) -> object:
        """Write the run folder of a training, its settings last; give up once it is over."""


@dataclass(frozen=True)
class Supervisor:
    """Works on trainings that were taken, one at a time."""

    settings: Settings
    open_db: OpenDb
    launcher: Launcher
    prepare: Prepare
    say: Say

    def folder_of(self, training: Training) -> Path:
        return self.settings.runs_root / str(training.training_id)

    def train(self, training: Training, *, ranks: int | None = None) -> None:
        """Work on a training until it has ended, and keep how; `ranks` instead of those asked for.

        It goes on where an earlier supervisor left it. What fails is kept with its reason. What is
        interrupted, or cut off from the catalogue, is left to the next supervisor.
        """
        _Work(self, training).do(ranks or int(training.options["ranks"]))


@dataclass(frozen=True)
class _Work:
    by: Supervisor
    training: Training

    def do(self, ranks: int) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if end_marked(self._folder, up_to=self.training.attempt):
                self._say("what an earlier supervisor had left at work was ended")
            over = self._attempts.over
            # Apart: a catalogue that does not answer must not keep the ranks from their beat.
            with beating(self._lease.beat, over=over), beating(self._beat, over=over):
                self._prepare()
                self._train(ranks)
        except Over:
            self._end("cancelled")
        except DatabaseUnavailable:
            raise
        except HubError as error:
            self._end("failed", str(error))
        except OSError as error:
            self._end(
                "failed",
                f"A file or folder cannot be used ({error}). Mend that; `hub train run {self._id}`"
                " goes on from there.",
            )
        except Exception as error:
            self._end("failed", f"{type(error).__name__}: {error}")
            raise
        except BaseException:
            with self.by.open_db() as db:
                trainings.set_given_back(db, self._id, attempt=self.training.attempt)
            raise

    def _prepare(self) -> None:
        """Write the run folder, unless it is there whole."""
        if not (self._folder / SETTINGS).exists():
            self._say("writing the training files")
            self._chronicle.note(stage="preparing")
            self._write_folder()
        self._attempts.check()

    def _write_folder(self) -> None:
        by, over = self.by, self._attempts.over
        try:
            by.prepare(by.settings, by.open_db, self.training, folder=self._folder, over=over)
        except HubError:
            # What is given up for that says that it failed.
            self._attempts.check()
            raise

    def _train(self, ranks: int) -> None:
        run = self._read_run()
        self._chronicle.note(stage="training", images=run.images("train"))
        result = self._attempts.train(run, ranks=ranks)
        self._say("making the report")
        self._chronicle.note(stage="reporting")
        self._attempts.report()
        with self.by.open_db() as db:
            model = models.register(db, self.by.settings, self.training, self._folder)
            if not trainings.set_ended(
                db,
                self._id,
                attempt=self.training.attempt,
                status="succeeded",
                metrics={**result, "stage": "done"},
            ):
                raise Over
        self._say(f"it is model {model.model_id}")

    def _read_run(self) -> Run:
        """Return what lies in the run folder. Raises TrainingError if it is another training's."""
        run, asked = read_run(self._folder), self.training
        # A catalogue that was put back from a backup counts on from an earlier number.
        own = (asked.training_id, asked.root, Options(**asked.options))
        if (run.training_id, run.root, Options(**run.options)) != own:
            raise TrainingError(
                f"{self._folder} holds the run of another training: move it away, and"
                f" `hub train run {self._id}` begins anew."
            )
        return run

    def _end(self, status: str, error: str | None = None) -> None:
        """Keep how it ended, unless it is another supervisor's by now."""
        with self.by.open_db() as db:
            is_ours = trainings.set_ended(
                db, self._id, attempt=self.training.attempt, status=status, error=error
            )
        if is_ours:
            self._say(": ".join(filter(None, (status, error))))
        else:
            self._say("another supervisor has it; this one leaves it")

    def _beat(self) -> bool:
        """Tell the catalogue that this lives; False: the training is over."""
        try:
            with self.by.open_db() as db:
                return trainings.set_beat(db, self._id, attempt=self.training.attempt)
        except DatabaseUnavailable:
            # Nobody takes it meanwhile: the lease in the run's folder shows that it lives.
            return True

    def _say(self, line: str) -> None:
        self.by.say(f"training {self._id}: {line}")

    @property
    def _id(self) -> int:
        return self.training.training_id

    @property
    def _folder(self) -> Path:
        return self.by.folder_of(self.training)

    @cached_property
    def _lease(self) -> Lease:
        return Lease(self._folder, supervisor=self.training.attempt)

    @cached_property
    def _chronicle(self) -> Chronicle:
        return Chronicle(self.by.open_db, self._id, self._folder, self._say)

    @cached_property
    def _attempts(self) -> Attempts:
        return Attempts(
            folder=self._folder,
            launcher=self.by.launcher,
            lease=self._lease,
            chronicle=self._chronicle,
            over=Event(),
            stall_seconds=self.by.settings.train_stall_seconds,
            say=self._say,
        )

"""Launches the ranks of a run, watches them, and launches them again after whatever ended them."""

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, NoReturn

from hub.errors import TrainingError
from hub.rules.runs import FOR_GOOD, RESULT, SETTINGS, Run, TrainingFile
from jobs.train.chronicle import Chronicle, Say
from jobs.train.launchers import Launched, Launcher
from jobs.train.leasing import Lease

_REPORT = "jobs.train.worker.report"
_MOST_FRUITLESS = 3
"""Attempts in a row that end without a checkpoint further on."""
_PAUSE_SECONDS = 0.5
_LOG_BYTES = 64 * 1024


class Over(Exception):
    """The training was cancelled, or is another supervisor's by now."""


@dataclass(frozen=True)
class _Ended:
    """How an attempt ended: `code` None, it was ended for its silence."""

    code: int | None
    log: Path


@dataclass(frozen=True)
class Attempts:
    """The processes that work on one run folder, one launch after another."""

    folder: Path
    launcher: Launcher
    lease: Lease
    chronicle: Chronicle
    over: Event
    """Set when the training is over, whatever its ranks do."""
    stall_seconds: int
    say: Say

    def check(self) -> None:
        """Raise Over if the training is."""
        if self.over.is_set():
            raise Over

    def train(self, run: Run, *, ranks: int) -> Mapping[str, Any]:
        """Train until there is a result; return it.

        Raises Over, and TrainingError if data are missing or changed, or nothing helps.
        """
        self.chronicle.catch_up()
        fruitless: list[_Ended] = []
        while (result := read_result(self.folder, run)) is None:
            if len(fruitless) == _MOST_FRUITLESS:
                raise self._hopeless(fruitless[-1])
            before = self.chronicle.checkpoint_step
            fruitless.append(self._try(run, ranks))
            if self.chronicle.checkpoint_step > before:
                fruitless.clear()
        return result

    def report(self) -> None:
        """Make the report of a run that has a result. Raises Over and TrainingError."""
        words = [_REPORT, str(self.folder)]
        launched = self.launcher.start(
            self.folder, words, name="report", supervisor=self.lease.supervisor
        )
        ended = self._watch(launched)
        if ended.code != 0:
            raise TrainingError(
                f"The model is trained, but its report could not be made: {_how(ended)}"
                f" ({ended.log} has it all). `hub train run {self.chronicle.training_id}` tries"
                " again."
            )

    def _try(self, run: Run, ranks: int) -> _Ended:
        # Who stood still for minutes must not take the attempt of who has the run by now.
        if not self.lease.beat():
            raise Over
        attempt = self.lease.begin()
        way = str(run.options["launcher"])
        self.chronicle.failed = None
        self.say(f"attempt {attempt} begins ({way}, ranks: {ranks})")
        launched = self.launcher.launch(
            self.folder, way=way, ranks=ranks, attempt=attempt, supervisor=self.lease.supervisor
        )
        ended = self._watch(launched)
        if ended.code == 0:
            return ended
        self.say(f"attempt {attempt}: {self._why(ended)}")
        failed = self.chronicle.failed
        if failed and FOR_GOOD in (ended.code, failed.get("exit")):
            self._give_up(str(failed.get("error")).rstrip("."), run)
        return ended

    def _watch(self, launched: Launched) -> _Ended:
        """Wait until what was launched has ended, and leave nothing of it."""
        heard = time.monotonic()
        try:
            while (code := launched.process.poll()) is None:
                if self.chronicle.look():
                    heard = time.monotonic()
                if self.over.wait(_PAUSE_SECONDS):
                    raise Over
                if time.monotonic() - heard > self.stall_seconds:
                    break
        except BaseException:
            # For ranks on other hosts.
            self.lease.cancel()
            raise
        finally:
            launched.end()
            self.chronicle.look()
        return _Ended(code, launched.log)

    def _give_up(self, said: str, run: Run) -> NoReturn:
        """Let the next supervisor write the training files anew, where they are not whole."""
        if all(
            _is_whole(self.folder / file.path, file)
            for files in run.files.values()
            for file in files
        ):
            raise TrainingError(f"{said}.")
        (self.folder / SETTINGS).unlink()
        number = self.chronicle.training_id
        raise TrainingError(
            f"{said}. `hub train run {number}` writes the training files anew and goes on."
        )

    def _why(self, ended: _Ended) -> str:
        """Say why an attempt ended: in its own words, if it had any."""
        failed = self.chronicle.failed or {}
        return str(failed.get("error") or _how(ended))

    def _hopeless(self, ended: _Ended) -> TrainingError:
        number = self.chronicle.training_id
        return TrainingError(
            f"{_MOST_FRUITLESS} attempts in a row came no further than step"
            f" {self.chronicle.checkpoint_step}. The last one: {self._why(ended)} ({ended.log} has"
            f" it all). Mend that; `hub train run {number}` goes on from there, `--ranks N` with"
            " fewer ranks."
        )


def read_result(folder: Path, run: Run) -> Mapping[str, Any] | None:
    """Return a run's result, if there is one. Raises TrainingError if it is not of all pictures."""
    try:
        result = json.loads((folder / RESULT).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise TrainingError(
            f"{folder / RESULT} cannot be read ({error}): remove it, and run the training again."
        ) from error
    if result.get("images") != run.images("train"):
        raise TrainingError(
            f"{folder / RESULT} tells of {result.get('images')} pictures; the run has"
            f" {run.images('train')}: remove it, and run the training again."
        )
    assert isinstance(result, dict)
    return result


def _is_whole(path: Path, file: TrainingFile) -> bool:
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def _how(ended: _Ended) -> str:
    if ended.code is None:
        return "it was ended, since it said nothing for too long"
    how = f"killed by signal {-ended.code}" if ended.code < 0 else f"ended with {ended.code}"
    return f"{how}: {_last_words(ended.log)}"


def _last_words(log: Path) -> str:
    """Return the line of a log that most likely says why: a rank's last error, else the last."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    # horovodrun puts a rank's number and stream before what it says.
    said = [re.sub(r"^\[\d+\]<std\w+>:", "", line).strip() for line in lines]
    errors = [line for line in said if re.match(r"[\w.]*(Error|Exception)\b", line)]
    own = [line for line in errors if not line.startswith("RuntimeError: Horovod detected")]
    last = next((line for line in reversed(own or said) if line), "it said nothing")
    return last[:300]

"""Starts the ranks of a run: one process, `horovodrun` on hosts, or the executors of Spark."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.config import Settings
from hub.errors import TrainingError
from hub.rules.runs import LOGS
from jobs.train.marked import end_marked, marks

_WORKER = "jobs.train.worker"

_KEPT = (
    *("HOME", "LANG", "LD_LIBRARY_PATH", "JAVA_HOME", "SSH_AUTH_SOCK", "TMPDIR", "TZ", "USER"),
    *("HUB_LEASE_SECONDS", "HUB_TRAIN_CHECKPOINT_SECONDS", "HUB_TRAIN_TRACE"),
    *("SPARK_CONF_DIR", "SPARK_HOME", "SPARK_LOCAL_DIRS", "SPARK_LOCAL_IP"),
)
_KEPT_BEGINNINGS = ("CUDA_", "HOROVOD_", "NCCL_", "NVIDIA_", "OMP_", "TF_", "XLA_")
"""Of what the environment holds, what ranks may see: no secrets, be they the hub's or Spark's."""

_GLOO_SECONDS = 120
"""Of ranks for one another: TensorFlow may take a minute to be read for the first time."""


@dataclass(frozen=True)
class Launched:
    """Processes at work on a run folder."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    supervisor: int
    """Whose they are."""
    log: Path
    """What they print."""

    def end(self) -> None:
        """End what there still is of it on this machine, whoever its parents are by now."""
        # Who stood still for minutes must leave alone what its successor has started.
        end_marked(self.folder, up_to=self.supervisor)
        if self.process.poll() is None:
            # Where a system does not show the marks.
            self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class Launcher:
    """Starts processes of the training environment, which see little of this one's."""

    settings: Settings
    environ: Mapping[str, str]

    def launch(
        self, folder: Path, *, way: str, ranks: int, attempt: int, supervisor: int
    ) -> Launched:
        """Start the ranks of an attempt by `horovodrun`, `spark`, or `single` as one process.

        Raises TrainingError where there is no environment to train in.
        """
        work = [str(folder), "--attempt", str(attempt)]
        words = {
            "single": [_WORKER, *work],
            "spark": [f"{_WORKER}.on_spark", *work, "--ranks", str(ranks), *self._master(ranks)],
            "horovodrun": [
                *("horovod.runner.launch", "-np", str(ranks), "-H", self._hosts(ranks)),
                *("--disable-cache", "--start-timeout", str(_GLOO_SECONDS)),
                *(self._python, "-m", _WORKER, *work),
            ],
        }[way]
        # What this machine has says nothing of others: there each rank finds its own share, or
        # is told it by Spark.
        is_elsewhere = {
            "single": False,
            "spark": not self._is_spark_local,
            "horovodrun": bool(self.settings.train_hosts),
        }[way]
        sharing = None if is_elsewhere else ranks
        name = f"attempt-{attempt}"
        return self.start(folder, words, name=name, supervisor=supervisor, sharing=sharing)

    def start(
        self,
        folder: Path,
        words: Sequence[str],
        *,
        name: str,
        supervisor: int,
        sharing: int | None = 1,
    ) -> Launched:
        """Start a module of the training environment with its words; its log has that name.

        `sharing` processes share the cores of this machine; None: they find that out by themselves.
        """
        log = folder / LOGS / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as said:
            process = subprocess.Popen(
                [self._python, "-m", *words],
                cwd=folder,
                env={**self._environ(sharing), **marks(folder, supervisor=supervisor)},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        return Launched(process, folder, supervisor, log)

    @property
    def _python(self) -> str:
        python = self.settings.train_python
        if not os.access(python, os.X_OK):
            raise TrainingError(
                f"There is no Python to train with at {python}: make its environment with"
                " `make train-setup`, or name its Python by HUB_TRAIN_PYTHON."
            )
        return str(python)

    def _hosts(self, ranks: int) -> str:
        return self.settings.train_hosts or f"localhost:{ranks}"

    @property
    def _is_spark_local(self) -> bool:
        return self.settings.spark_master.startswith("local")

    def _master(self, ranks: int) -> list[str]:
        # All ranks must run at once, also where there are fewer cores.
        master = f"local[{ranks}]" if self._is_spark_local else self.settings.spark_master
        return ["--master", master]

    def _environ(self, sharing: int | None) -> dict[str, str]:
        python = Path(self._python)
        kept = {
            name: value
            for name, value in self.environ.items()
            if name in _KEPT or name.startswith(_KEPT_BEGINNINGS)
        }
        return {
            **(_threads(sharing) if sharing else {}),
            "HOROVOD_GLOO_TIMEOUT_SECONDS": str(_GLOO_SECONDS),
            **kept,
            "PATH": f"{python.parent}{os.pathsep}{self.environ.get('PATH', os.defpath)}",
            "PYSPARK_PYTHON": str(python),
            # Nothing is imported from the folder that it starts in.
            "PYTHONSAFEPATH": "1",
            "PYTHONUNBUFFERED": "1",
        }


def _threads(sharing: int) -> dict[str, str]:
    share = str(max(1, len(os.sched_getaffinity(0)) // sharing))
    names = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    return dict.fromkeys(names, share)

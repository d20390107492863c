"""A trained model at work: a process of the training environment that pictures are sent to."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from types import TracebackType
from typing import IO, Self

import numpy as np
import numpy.typing as npt

from hub.errors import TrainingError
from jobs.train.worker.questions import COUNT, MOST, SCORE

AT_ONCE = 32
"""Pictures of a question: the model's layers hold some MB of each."""

_START_SECONDS = 300.0
_ANSWER_SECONDS = 300.0
_KEPT = ("CUDA_VISIBLE_DEVICES", "HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR")
"""Of what the environment holds, what the child may see: none of the hub's secrets."""


class Predictor:
    """One open model; a context manager, for one thread at a time.

    `threads` is how many cores it may take, None all. Every method raises TrainingError where the
    child does not start, dies or does not answer in minutes.
    """

    def __init__(self, python: str, model: Path, *, threads: int | None = None) -> None:
        # Open for as long as the child, which says here what goes wrong.
        self._said: IO[bytes] = TemporaryFile()  # noqa: SIM115
        words = ["-m", "jobs.train.worker.predict", str(model)]
        try:
            self._child = subprocess.Popen(
                [python, *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                env=_environ(os.environ, threads),
                # Ctrl-C is for the parent, whose end ends the child's questions.
                start_new_session=True,
            )
            told = json.loads(self._ask(b"", seconds=_START_SECONDS))
        except (OSError, ValueError) as error:
            raise TrainingError(
                f"There is no Python to predict with at {python}: make its environment with"
                " `make train-setup`, or name its Python by HUB_TRAIN_PYTHON."
            ) from error
        self.side: int = told["side"]
        """Of the pictures that it takes, in pixels."""
        self.outputs: int = told["outputs"]

    def predict(self, pictures: Sequence[bytes]) -> npt.NDArray[np.float32]:
        """Return [pictures, outputs] scores of pictures as `hub.rules.fitting.fit` gives them."""
        assert len(pictures) <= MOST
        if not pictures:
            return np.empty((0, self.outputs), SCORE)
        question = b"".join([COUNT.pack(len(pictures)), *pictures])
        size = len(pictures) * self.outputs * SCORE.itemsize
        answer = self._ask(question, seconds=_ANSWER_SECONDS, size=size)
        return np.frombuffer(answer, SCORE).reshape(len(pictures), self.outputs)

    def _ask(self, question: bytes, *, seconds: float, size: int | None = None) -> bytes:
        """Return an answer of so many bytes, or a line."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with self._within(seconds):
            # Where the child is gone, its answer is not whole.
            with suppress(BrokenPipeError):
                self._child.stdin.write(question)
                self._child.stdin.flush()
            out = self._child.stdout
            answer = out.readline() if size is None else out.read(size)
        if (not answer.endswith(b"\n")) if size is None else len(answer) < size:
            self.close()
            raise TrainingError(
                f"The process that opens the model ended: {self._last_words()}. See that there is"
                " memory for it, and that `make train-setup` has run."
            )
        return answer

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Kill the child where the block takes longer: then what waits for it goes on."""
        timer = Timer(seconds, self._child.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _last_words(self) -> str:
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "it said nothing"

    def close(self) -> None:
        """End the child."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _environ(environ: Mapping[str, str], threads: int | None) -> dict[str, str]:
    kept = {name: environ[name] for name in _KEPT if name in environ}
    bounds = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    return {
        **kept,
        **({name: str(threads) for name in bounds} if threads else {}),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        # Nothing is imported from the folder that it starts in.
        "PYTHONSAFEPATH": "1",
    }

"""Contenders that are one program: it takes a folder of pictures, and writes Parquet of them."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow.dataset as ds

from benchmarks.contender import Measured
from benchmarks.pictures import Pictures
from benchmarks.processes import BenchError, run


class ProgramContender:
    """`command PICTURES OUTPUT`, which prints `start` and `seconds` as JSON."""

    def __init__(
        self, work: Path, name: str, *, command: Sequence[str], environ: Mapping[str, str]
    ) -> None:
        self._name, self._command, self._environ = name, command, environ
        self._output, self._log = work / name, work / f"{name}.log"

    def measure(self, pictures: Pictures) -> Measured:
        """Time a run; what is neither its start nor its work, as the process's end, is left out.

        Raises BenchError unless it wrote every picture's bytes and thumbnails.
        """
        shutil.rmtree(self._output, ignore_errors=True)
        command = [*self._command, str(pictures.folder), str(self._output)]
        ran = run(command, environ=self._environ, log=self._log)
        self._check(pictures)
        shutil.rmtree(self._output)
        told = json.loads(ran.output.splitlines()[-1])
        return Measured(len(pictures.paths), told["seconds"], told["start"], ran.peak_bytes)

    def _check(self, pictures: Pictures) -> None:
        written = ds.dataset(self._output, format="parquet")
        digest = "sha256" if "sha256" in written.schema.names else "digest"
        columns = [digest, "thumbnail_299", "thumbnail_100"]
        rows = written.to_table(columns=columns)
        different = len(set(rows[digest].to_pylist()))
        if different != len(pictures.paths) or any(rows[name].null_count for name in columns):
            wanted = len(pictures.paths)
            raise BenchError(f"{self._name} wrote {different} of {wanted} pictures")

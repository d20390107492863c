"""img2dataset as a contender, in an environment of its own, fed by a server on loopback."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contender import Measured
from benchmarks.environments import make_environment, version_in
from benchmarks.pictures import Pictures
from benchmarks.processes import BenchError, run

_PACKAGE = "img2dataset"
MODES = {
    "img2dataset": (),
    "img2dataset_no_decoding": ("--resize_mode=no", "--disable_all_reencoding"),
}
"""As it comes it decodes each picture whole and writes a JPEG of 256 x 256, and not the picture's
own bytes; without decoding it writes these, whatever they are."""
# A shard is a task of one process: several a process let the cores end together.
_SHARDS_A_CORE = 5
_THREADS = 16


class Img2datasetContender:
    """img2dataset in one of its MODES, installed once below the work folder."""

    def __init__(self, work: Path, environ: Mapping[str, str], *, mode: str) -> None:
        self._work = work
        self._options = MODES[mode]
        self._output = work / "img2dataset"
        # It looks for its libraries' news on the network otherwise.
        self._environ = {**environ, "NO_ALBUMENTATIONS_UPDATE": "1", "WANDB_MODE": "disabled"}
        self._python = make_environment(work, _PACKAGE, environ=environ)

    def versions(self) -> dict[str, str]:
        """Name the version that is installed."""
        log = self._work / "version.log"
        return version_in(self._python, _PACKAGE, environ=self._environ, log=log)

    def measure(self, pictures: Pictures) -> Measured:
        """Time the whole command; its imports and the pool's start are told apart.

        Raises BenchError unless it wrote every picture.
        """
        shutil.rmtree(self._output, ignore_errors=True)
        paths, cores = pictures.paths, os.cpu_count() or 1
        with serving(pictures.folder) as url:
            listed = self._work / "urls.txt"
            names = (path.relative_to(pictures.folder).as_posix() for path in paths)
            listed.write_text("".join(f"{url}/{name}\n" for name in names))
            ran = run(
                [
                    str(self._python.with_name(_PACKAGE)),
                    f"--url_list={listed}",
                    f"--output_folder={self._output}",
                    "--output_format=webdataset",
                    f"--processes_count={cores}",
                    f"--thread_count={_THREADS}",
                    f"--number_sample_per_shard={-(-len(paths) // (cores * _SHARDS_A_CORE))}",
                    "--compute_hash=sha256",
                    *self._options,
                ],
                environ=self._environ,
                log=self._work / "img2dataset.log",
            )
        self._check(len(paths))
        seconds = self._seconds_of_work()
        shutil.rmtree(self._output)
        return Measured(len(paths), seconds, ran.seconds - seconds, ran.peak_bytes)

    def _check(self, images: int) -> None:
        """Count the pictures in its archives, whatever its own statistics say."""
        written = 0
        for shard in self._output.glob("*.tar"):
            with tarfile.open(shard) as archive:
                written += sum(name.endswith(".jpg") for name in archive.getnames())
        if written != images:
            raise BenchError(f"img2dataset wrote {written} of {images} pictures")

    def _seconds_of_work(self) -> float:
        """From the start of its first shard to the end of its last, as it tells them."""
        told = [json.loads(path.read_text()) for path in self._output.glob("*_stats.json")]
        begun = min(float(shard["start_time"]) for shard in told)
        return max(float(shard["end_time"]) for shard in told) - begun


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """Serve a folder on a free loopback port, by a process of its own."""
    command = [sys.executable, "-m", "benchmarks.serving", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()

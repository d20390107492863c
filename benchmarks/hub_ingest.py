"""The hub as a contender: submit and publish into a fresh hub, as whole commands."""

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.contender import Measured
from benchmarks.pictures import Pictures
from benchmarks.processes import BenchError, Ran, run

# The other contenders derive no pictures, so the hub does not either.
_SETTINGS = {"HUB_AUGMENT_COUNT": "0"}
_MOST_NEAR = 0.005


class HubContender:
    """Fresh hubs in one folder, one a turn."""

    def __init__(self, work: Path, environ: Mapping[str, str]) -> None:
        self._home = work / "hub"
        self._logs = work
        kept = {name: text for name, text in environ.items() if not name.startswith(("HUB_", "PG"))}
        self._environ = kept | _SETTINGS | {"HUB_HOME": str(self._home)}

    def measure(self, pictures: Pictures) -> Measured:
        """Time `hub submit` and `hub job run` together; the fresh hub is made before.

        Raises BenchError unless every picture has been through all stages.
        """
        self._clear()
        try:
            self._hub("init")
            self._hub("up")
            submit = self._hub("submit", "--csv", str(pictures.csv), "--json")
            job = self._hub("job", "run", "--json")
            report = json.loads(job.output)
            self._check(report, len(pictures.paths))
        finally:
            self._clear()
        start = float(report["session_seconds"])
        stages = [(done["stage"], float(done["seconds"])) for done in report["stages"]]
        return Measured(
            images=len(pictures.paths),
            seconds=submit.seconds + job.seconds - start,
            start_seconds=start,
            peak_bytes=max(submit.peak_bytes, job.peak_bytes),
            parts=(("submit", submit.seconds), *stages),
        )

    def _check(self, report: Mapping[str, Any], images: int) -> None:
        """See what became of every file, and have the hub recount both stores.

        The pictures are drawn to be different, but a handful are so like another that the rule
        for near duplicates holds; they have cost the hub as much as any.
        """
        (became,) = (done["rows_out"] for done in report["stages"] if done["stage"] == "publish")
        near = became.get("duplicate_near", 0)
        if became.get("published", 0) + near != images or near > images * _MOST_NEAR:
            raise BenchError(f"of {images} pictures the hub made {became}")
        self._hub("verify", "--json")

    def _hub(self, *arguments: str) -> Ran:
        command = [str(Path(sys.executable).with_name("hub")), *arguments]
        return run(command, environ=self._environ, log=self._logs / f"hub-{arguments[0]}.log")

    def _clear(self) -> None:
        if self._home.exists():
            self._hub("down")
            shutil.rmtree(self._home)

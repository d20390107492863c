"""Environments of their own for the peers, made once below the work folder."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.processes import run


def make_environment(
    work: Path, package: str, *, constraints: Path, environ: Mapping[str, str]
) -> Path:
    """Return the Python of an environment that holds `package` as its constraints file wants it.

    Made if it is not there, or if that file has changed since. Raises BenchError if pip fails.
    """
    venv = work / f"venv-{package}"
    python, stamp = venv / "bin" / "python", venv / "constraints.sha256"
    wanted = hashlib.sha256(constraints.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    run(
        [str(python), "-m", "pip", "install", "--quiet", package],
        environ={**environ, "PIP_CONSTRAINT": str(constraints)},
        log=work / "pip.log",
    )
    stamp.write_text(wanted)
    return python


def version_in(
    python: Path, package: str, *, environ: Mapping[str, str], log: Path
) -> dict[str, str]:
    """Name the version of a package that an environment holds."""
    told = f"from importlib.metadata import version; print(version('{package}'))"
    return {package: run([str(python), "-c", told], environ=environ, log=log).output.strip()}

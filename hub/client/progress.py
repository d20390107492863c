"""Shows on stderr how far something is, in a terminal and in a notebook."""

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

_PAUSE, _LOG_PAUSE = 0.5, 10.0


def shown(items: Iterable[Any], label: str, total: int) -> Iterator[Any]:
    """Yield the items: a line that is written over on a terminal, elsewhere one at times."""
    is_terminal = sys.stderr.isatty()
    pause, said, has_said = _PAUSE if is_terminal else _LOG_PAUSE, monotonic(), False
    for done, item in enumerate(items):
        if monotonic() - said >= pause:
            said, has_said = monotonic(), True
            _say(f"{label}: {done:,} of {total:,}", is_terminal)
        yield item
    if has_said:
        _say(f"{label}: {total:,} of {total:,}\n" if is_terminal else f"{label}: done", is_terminal)


def _say(line: str, is_terminal: bool) -> None:
    sys.stderr.write(f"\r{line}" if is_terminal else f"{line}\n")
    sys.stderr.flush()

"""Times named functions while a program runs, each within those that called it."""

import importlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from types import GeneratorType
from typing import Any

Path = tuple[str, ...]
"""The names of a span and of those around it, the outermost first."""


class Spans:
    """Seconds by path, of one thread: `clock` says whether of the wall or of the processor."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[Path, float] = {}
        self._clock = clock
        self._open: list[str] = []

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        self._open.append(name)
        path = tuple(self._open)
        # Entered before those within it, so that the order is that of a report.
        self.seconds.setdefault(path, 0.0)
        begun = self._clock()
        try:
            yield
        finally:
            self.seconds[path] += self._clock() - begun
            self._open.pop()

    @property
    def path(self) -> Path:
        """Where the program is; may be asked from another thread."""
        return tuple(self._open)

    @contextmanager
    def timing(self, names: Mapping[str, str]) -> Iterator[None]:
        """Time functions for the block: `module:function` or `module:Class.method` -> its name.

        Raises AttributeError or ModuleNotFoundError for one that is not there.
        """
        places = [(*_find(where), name) for where, name in names.items()]
        for owner, attribute, found, name in places:
            setattr(owner, attribute, self._timed(found, name))
        try:
            yield
        finally:
            for owner, attribute, found, _ in places:
                setattr(owner, attribute, found)

    def _timed(self, found: Any, name: str) -> Any:
        if isinstance(found, classmethod):
            return classmethod(self._timed(found.__func__, name))

        @wraps(found)
        def timed(*arguments: Any, **named: Any) -> Any:
            with self.span(name):
                result = found(*arguments, **named)
            return self._stepped(result, name) if isinstance(result, GeneratorType) else result

        return timed

    def _stepped(self, steps: Iterable[Any], name: str) -> Iterator[Any]:
        """Time a generator where it works, not where its caller does."""
        remaining, ended = iter(steps), object()
        while True:
            with self.span(name):
                step = next(remaining, ended)
            if step is ended:
                return
            yield step


def _find(where: str) -> tuple[Any, str, Callable[..., Any]]:
    module, _, name = where.partition(":")
    owner: Any = importlib.import_module(module)
    *around, attribute = name.split(".")
    for part in around:
        owner = getattr(owner, part)
    # As the class holds it: a classmethod is not yet bound to it there.
    return owner, attribute, vars(owner)[attribute]


def with_rests(parts: Sequence[Mapping[str, Any]], field: str) -> Iterator[tuple[Path, float]]:
    """Yield the parts in order, and behind those within a part what they leave of it."""
    taken = {tuple(part["path"]): float(part[field]) for part in parts}
    yield from _below((), taken)


def _below(path: Path, taken: Mapping[Path, float]) -> Iterator[tuple[Path, float]]:
    within = [one for one in taken if one[:-1] == path and one != path]
    for one in within:
        yield one, taken[one]
        yield from _below(one, taken)
    if path and within:
        yield (*path, "rest"), taken[path] - sum(taken[one] for one in within)


def indented(path: Path) -> str:
    """Return the last name of a path, as far to the right as it is deep, in Markdown."""
    return "&emsp;" * (len(path) - 1) + path[-1]

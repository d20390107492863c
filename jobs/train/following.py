"""Reads what a run says of itself while it is being written."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Event = Mapping[str, Any]


class EventLog:
    """The lines of a run's `events.jsonl`, each taken once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken = 0
        """Bytes."""

    def take(self) -> list[Event]:
        """Return the events that were written whole since the last call.

        A line that is half written waits; one that a killed process left so is passed over.
        """
        try:
            with self._path.open("rb") as file:
                if file.seek(0, 2) < self._taken:
                    # A machine that lost power may come back with a shorter file.
                    self._taken = 0
                file.seek(self._taken)
                content = file.read()
        except FileNotFoundError:
            return []
        whole = content[: content.rfind(b"\n") + 1]
        self._taken += len(whole)
        return [event for line in whole.splitlines() if (event := _parsed(line))]


def _parsed(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None

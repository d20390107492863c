"""What a run tells while it goes on: a line of JSON each, and TensorBoard's curves."""

import json
import time
from pathlib import Path
from typing import Any

from hub.rules.runs import EVENTS, TENSORBOARD

_CURVES = ("step", "epoch")
_NO_CURVE = ("step", "epoch")


class Events:
    """Appends to a run folder's events; only the first rank tells what all ranks know."""

    def __init__(self, folder: Path, *, is_first: bool) -> None:
        self._folder, self._is_first = folder, is_first
        self._writer: Any = None

    def say(self, event: str, **values: Any) -> None:
        if not self._is_first:
            return
        append_event(self._folder, event, **values)
        if event in _CURVES:
            self._draw(event, values)

    def _draw(self, event: str, values: dict[str, Any]) -> None:
        import tensorflow as tf

        if self._writer is None:
            self._writer = tf.summary.create_file_writer(str(self._folder / TENSORBOARD))
        with self._writer.as_default(step=values[event]):
            for name, value in values.items():
                if name not in _NO_CURVE and value is not None:
                    tf.summary.scalar(f"{event}/{name}", value)
        self._writer.flush()


def append_event(folder: Path, event: str, **values: Any) -> None:
    """Append one line, whole, also where an earlier one was cut off."""
    line = json.dumps({"event": event, "time": round(time.time(), 3), **values}) + "\n"
    with (folder / EVENTS).open("ab+") as file:
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                line = "\n" + line
        file.write(line.encode())

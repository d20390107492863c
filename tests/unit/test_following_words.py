"""The line of `hub train show --follow`."""

import os
import sys
from contextlib import suppress
from types import SimpleNamespace

from cluster.cli import training_words


def read_all(terminal):
    """Return what was written to a terminal that nobody writes to any more."""
    said = b""
    with suppress(OSError), os.fdopen(terminal, "rb", buffering=0) as shown:
        while piece := shown.read(1000):
            said += piece
    return said.decode()


def test_on_a_terminal_one_line_moves_and_is_gone_at_the_end(monkeypatch):
    figures = [{"epoch": 1, "step": step, "loss": 0.5} for step in (7, 1008)]
    told = [
        SimpleNamespace(
            status="running", metrics={"stage": "training", **each}, options={"epochs": 3}
        )
        for each in figures
    ]
    told.append(SimpleNamespace(status="succeeded"))
    monkeypatch.setattr(training_words, "_PAUSE_SECONDS", 0)
    shown, terminal = os.openpty()
    with os.fdopen(terminal, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        training_words.follow_training(lambda: told.pop(0))
    said = read_all(shown)
    start = "\r\033[K"
    assert said == (
        f"{start}epoch 1 of 3, step 7, loss 0.500{start}epoch 1 of 3, step 1,008, loss 0.500{start}"
    )

"""Keeps in the catalogue what a run says of itself, so that whoever asks sees how it goes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from hub.catalogue import trainings
from hub.catalogue.trainings import Epoch
from hub.db import OpenDb
from hub.errors import DatabaseUnavailable
from hub.rules.runs import EVENTS
from jobs.train.following import Event, EventLog

Say = Callable[[str], None]

_FIGURES = (
    *("epoch", "step", "ranks", "loss", "accuracy", "val_loss", "val_accuracy"),
    *("learning_rate", "images_per_second"),
)


@dataclass
class Chronicle:
    """What was said so far; what the catalogue could not take yet waits for the next look."""

    open_db: OpenDb
    training_id: int
    folder: Path
    say: Say
    checkpoint_step: int = 0
    """The furthest that a restart can begin at."""
    failed: Event | None = None
    """Why the attempt that began last has failed, if it said so."""
    _figures: dict[str, Any] = field(default_factory=dict)
    _epochs: dict[int, Epoch] = field(default_factory=dict)

    @cached_property
    def _log(self) -> EventLog:
        return EventLog(self.folder / EVENTS)

    def catch_up(self) -> None:
        """Take what was said before this began, and tell nobody again."""
        for event in self._log.take():
            self._take(event)
        self._keep()

    def look(self) -> bool:
        """Take what was said since the last look; return whether anything was."""
        events = self._log.take()
        for event in events:
            self._take(event)
            if words := _words(event):
                self.say(words)
        self._keep()
        return bool(events)

    def note(self, **figures: Any) -> None:
        """Keep figures that the run itself does not say."""
        self._figures |= figures
        self._keep()

    def _take(self, event: Event) -> None:
        kind = event["event"]
        self._figures |= {name: event[name] for name in _FIGURES if name in event}
        if kind == "begun":
            self.failed = None
        elif kind == "checkpoint":
            self.checkpoint_step = max(self.checkpoint_step, int(event.get("step", 0)))
        elif kind == "failed":
            self.failed = event
        elif kind == "epoch":
            epoch = _epoch(event)
            self._epochs[epoch.epoch] = epoch

    def _keep(self) -> None:
        if not self._figures and not self._epochs:
            return
        try:
            with self.open_db() as db:
                for epoch in self._epochs.values():
                    trainings.put_epoch(db, self.training_id, epoch)
                trainings.put_metrics(
                    db, self.training_id, self._figures, run_folder=str(self.folder)
                )
        except DatabaseUnavailable:
            # The run goes on without the catalogue, which hears of it when it is back.
            return
        self._figures.clear()
        self._epochs.clear()


def _words(event: Event) -> str:
    """Say what a person who looks on wants to hear; nothing of the rest."""
    if event["event"] == "begun" and event.get("step"):
        return f"goes on at step {event['step']:,}, in epoch {event.get('epoch')}"
    if event["event"] == "epoch":
        return epoch_words(_epoch(event))
    return str(event.get("text", "")) if event["event"] == "note" else ""


def _epoch(event: Event) -> Epoch:
    return Epoch(
        epoch=int(event["epoch"]),
        loss=event.get("loss"),
        accuracy=event.get("accuracy"),
        val_loss=event.get("val_loss"),
        val_accuracy=event.get("val_accuracy"),
        images_per_second=event.get("images_per_second"),
        ended_at=datetime.now(UTC),
    )


def epoch_words(epoch: Epoch) -> str:
    """Say how an epoch went: `epoch 3: loss 0.412, accuracy 0.871, ...`."""
    figures: Mapping[str, float | None] = {
        "loss": epoch.loss,
        "accuracy": epoch.accuracy,
        "validation loss": epoch.val_loss,
        "validation accuracy": epoch.val_accuracy,
    }
    said = [f"{name} {value:.3f}" for name, value in figures.items() if value is not None]
    if epoch.images_per_second:
        said.append(f"{epoch.images_per_second:,.1f} pictures/s")
    return f"epoch {epoch.epoch}: {', '.join(said)}"

"""How far a training has come, what it has learned from its epochs, and how fast it may learn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.rules.trainings import Options

_LEARNING_RATES: Mapping[str, float] = {"vgg16": 1e-4, "vgg16_bn": 1e-4, "smaller_vgg": 1e-3}
"""Of Adam at 32 pictures a step: sixteen layers do not stand more."""
_USUAL_BATCH = 32


@dataclass
class Progress:
    """What a checkpoint says beside the variables."""

    step: int = 0
    """Steps done."""
    epoch: int = 1
    epoch_step: int = 0
    """Steps done of this epoch."""
    factor: float = 1.0
    """Of the learning rate."""
    waited: int = 0
    """Epochs since the best one."""
    best_epoch: int = 0
    seconds: float = 0.0
    """Spent on training steps, in all attempts."""
    trained_images: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)
    """The `epoch` events."""

    @property
    def best(self) -> Mapping[str, Any]:
        return self.history[self.best_epoch - 1]

    def end_epoch(self, measured: Mapping[str, Any], *, options: Options) -> None:
        """Note an epoch's measures and go to the next."""
        self.history.append(dict(measured))
        if not self.best_epoch or _merit(measured) > _merit(self.best):
            self.best_epoch, self.waited = self.epoch, 0
        else:
            self.waited += 1
            if options.patience and self.waited % max(1, options.patience // 2) == 0:
                self.factor /= 2
        self.epoch, self.epoch_step = self.epoch + 1, 0

    def is_over(self, options: Options) -> bool:
        has_waited_enough = 0 < options.patience <= self.waited
        return self.epoch > options.epochs or has_waited_enough


def _merit(measured: Mapping[str, Any]) -> tuple[float, float]:
    """What makes an epoch better where it is larger: validation accuracy, of equals a smaller loss.

    A loss may grow while more is right, where few pictures are told apart too surely. Without
    validation pictures the loss in training decides.
    """
    if measured["val_loss"] is None:
        return 0.0, -measured["loss"]
    return measured["val_accuracy"], -measured["val_loss"]


def learning_rate(progress: Progress, *, options: Options, batch: int, steps: int) -> float:
    """Return the rate of the next step; an epoch has so many `steps` of `batch` pictures.

    Linear in the batch, after a warm-up that grows from nothing (Goyal et al. 2017).
    """
    usual = options.learning_rate or _LEARNING_RATES[options.arch]
    warmup = options.warmup_epochs * steps
    grown = min(1.0, (progress.step + 1) / warmup) if warmup else 1.0
    return usual * batch / _USUAL_BATCH * grown * progress.factor

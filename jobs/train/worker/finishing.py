"""The end of a training: the best weights, what they predict, and what is said of them."""

from typing import Any

from jobs.train.worker.beginning import Training
from jobs.train.worker.checkpoints import BEST, find_checkpoint
from jobs.train.worker.evaluation import predict
from jobs.train.worker.ranks import share_variables
from jobs.train.worker.results import save_model, save_predictions
from jobs.train.worker.weights import digest_weights


def finish(training: Training) -> dict[str, Any]:
    """Predict with the best weights and write what is left of the run but its result."""
    run, progress, ranks = training.run, training.progress, training.ranks
    if ranks.is_first:
        _take_best(training)
    share_variables(training.stepper.weights.values(), ranks=ranks)
    judged = {
        split: predict(training.stepper, training.sources[split], ranks=ranks)
        for split in ("validation", "test")
    }
    if ranks.is_first:
        save_predictions(training.folder, [columns for _, columns in judged.values()], run=run)
        save_model(training.folder, training.model, run=run)
    validated, tested = (measured for measured, _ in judged.values())
    return {
        "val_accuracy": validated.accuracy,
        "val_loss": validated.loss,
        "accuracy": progress.best["accuracy"],
        "loss": progress.best["loss"],
        "test_accuracy": tested.accuracy,
        "test_loss": tested.loss,
        "images": run.images("train"),
        "epochs": len(progress.history),
        "best_epoch": progress.best_epoch,
        "steps": progress.step,
        "images_per_second": round(progress.trained_images / max(progress.seconds, 1e-9), 3),
        "weights_sha256": digest_weights(training.model),
        "ranks": ranks.size,
    }


def _take_best(training: Training) -> None:
    if training.progress.best_epoch == len(training.progress.history):
        return
    found, fault = find_checkpoint(training.folder, BEST)
    if found:
        found.put_into({f"weights/{name}": each for name, each in training.stepper.weights.items()})
    else:
        training.events.say(
            "note",
            text=f"{fault or 'The best checkpoint is gone.'} The model is of the last epoch.",
        )
        training.progress.best_epoch = len(training.progress.history)

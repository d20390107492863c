"""A rank's batches as TensorFlow takes them: read ahead, and changed a little anew each epoch."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from hub.rules.augmenting import coefficients
from hub.rules.epochs import EpochPlan
from jobs.train.worker.reading import Batch, read_batches
from jobs.train.worker.sources import Source

Batches = Iterator[tuple[Any, Any, Any, Any]]

_AHEAD = 2
"""Batches that are ready before they are asked for."""


def feed(
    source: Source,
    plan: EpochPlan,
    *,
    rank: int,
    ranks: int,
    first_step: int = 0,
    is_augmented: bool = False,
) -> Batches:
    """Return images, targets, weights and image ids of each step, as tensors (see `Batch`).

    Reading begins at once. Augmented, a picture is warped by its id, the run's seed and the epoch
    alone. What is returned raises what `read_batches` does.
    """
    faults: list[Exception] = []

    def produce() -> Iterator[tuple[Any, ...]]:
        try:
            for batch in read_batches(source, plan, rank=rank, ranks=ranks, first_step=first_step):
                yield _arrays(batch, plan=plan, is_augmented=is_augmented)
        except Exception as error:
            faults.append(error)
            raise

    dataset = tf.data.Dataset.from_generator(produce, output_signature=_signature(source))
    if is_augmented:
        dataset = dataset.map(tf.autograph.experimental.do_not_convert(_warp))
    return _tensors(_Ahead(iter(dataset.with_options(_untuned()))), faults)


def _tensors(batches: Iterator[Any], faults: list[Exception]) -> Batches:
    try:
        for images, _, targets, weights, image_ids in batches:
            yield images, targets, weights, image_ids
    except tf.errors.OpError:
        # TensorFlow passes on the words of an error, not the error.
        if faults:
            raise faults[0] from None
        raise


def _untuned() -> Any:
    """Nothing here can be tuned, and an iterator's end may wait for its tuner: up to a minute."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return options


class _Ahead:
    """Takes what comes next from an iterator while what came is worked on, from the start.

    tf.data's own prefetch waits where operations are made deterministic.
    """

    def __init__(self, batches: Iterator[Any]) -> None:
        self._batches = batches
        self._thread = ThreadPoolExecutor(1)
        self._coming = deque(self._begin_next() for _ in range(_AHEAD))

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        batch = self._coming.popleft().result()
        if batch is None:
            raise StopIteration
        self._coming.append(self._begin_next())
        return batch

    def _begin_next(self) -> Future[Any]:
        return self._thread.submit(next, self._batches, None)


def _signature(source: Source) -> tuple[Any, ...]:
    side = source.run.side
    targets = (None, len(source.run.classes)) if source.run.is_multi_label else (None,)
    return (
        tf.TensorSpec((None, side, side, 3), tf.uint8),
        tf.TensorSpec((None, 8), tf.float32),
        tf.TensorSpec(targets, tf.int64),
        tf.TensorSpec((None,), tf.float32),
        tf.TensorSpec((None,), tf.string),
    )


def _arrays(batch: Batch, *, plan: EpochPlan, is_augmented: bool) -> tuple[Any, ...]:
    warps: npt.NDArray[np.float32] = np.zeros((len(batch.image_ids), 8), np.float32)
    if is_augmented:
        size = (batch.images.shape[2], batch.images.shape[1])
        for place, image_id in enumerate(batch.image_ids):
            # Derived pictures of one picture have its id, and a number each.
            word = f"{image_id}/{batch.numbers[place]}/{plan.seed}"
            warps[place] = coefficients(word, plan.epoch, size)
    return batch.images, warps, batch.targets, batch.weights, batch.image_ids


def _warp(images: Any, warps: Any, *others: Any) -> tuple[Any, ...]:
    warped = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=warps,
        output_shape=tf.shape(images)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )
    return warped, warps, *others

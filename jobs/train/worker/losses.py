"""What a batch costs, and how much of it is right: sums over rows, for any number of ranks."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from hub.rules.runs import Run


def row_losses(logits: Any, targets: Any, *, is_multi_label: bool) -> Any:
    """Return (n,) losses of (n, classes) logits.

    Softmax cross-entropy of the class; with several labels, the mean of the sigmoid cross-entropy
    of the classes that are known (1 or 0) of the picture, and 0 where none is.
    """
    if not is_multi_label:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
    known = tf.cast(targets >= 0, tf.float32)
    truth = tf.cast(tf.maximum(targets, 0), tf.float32)
    losses = tf.nn.sigmoid_cross_entropy_with_logits(truth, logits) * known
    return tf.reduce_sum(losses, axis=1) / tf.maximum(tf.reduce_sum(known, axis=1), 1.0)


def class_weights_of(run: Run) -> list[float] | None:
    """Return what a row of each class counts, in the order of the classes; None: all the same."""
    by_key = run.class_weights
    return [by_key.get(label.key, 1.0) for label in run.classes] if by_key else None


def sums(
    logits: Any,
    targets: Any,
    weights: Any,
    *,
    is_multi_label: bool,
    class_weights: Sequence[float] | None = None,
) -> tuple[Any, Any]:
    """Return the sum of the weighted losses, and (4,) float32: the same again, the rows, and how
    many answers were right of how many: a picture's class, or each of its known states.

    `class_weights` multiply the first alone, what is learned from: all that is told is without.
    """
    losses = row_losses(logits, targets, is_multi_label=is_multi_label) * weights
    loss = taught = tf.reduce_sum(losses)
    if class_weights is not None:
        taught = tf.reduce_sum(losses * tf.gather(tf.constant(class_weights), targets))
    if is_multi_label:
        judged = tf.cast(targets >= 0, tf.float32) * weights[:, None]
        right = tf.cast((logits > 0) == (targets > 0), tf.float32) * judged
    else:
        judged = weights
        right = tf.cast(tf.argmax(logits, axis=1) == targets, tf.float32) * judged
    told = [loss, tf.reduce_sum(weights), tf.reduce_sum(right), tf.reduce_sum(judged)]
    return taught, tf.stack(told)

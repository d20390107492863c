"""What a batch costs, and how much of it is right: sums over rows, for any number of ranks."""

from typing import Any

import tensorflow as tf


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


def sums(logits: Any, targets: Any, weights: Any, *, is_multi_label: bool) -> tuple[Any, Any]:
    """Return the sum of the weighted losses, and (4,) float32: the same again, the rows, and how
    many answers were right of how many: a picture's class, or each of its known states."""
    losses = row_losses(logits, targets, is_multi_label=is_multi_label)
    loss = tf.reduce_sum(losses * weights)
    if is_multi_label:
        judged = tf.cast(targets >= 0, tf.float32) * weights[:, None]
        right = tf.cast((logits > 0) == (targets > 0), tf.float32) * judged
    else:
        judged = weights
        right = tf.cast(tf.argmax(logits, axis=1) == targets, tf.float32) * judged
    told = [loss, tf.reduce_sum(weights), tf.reduce_sum(right), tf.reduce_sum(judged)]
    return loss, tf.stack(told)

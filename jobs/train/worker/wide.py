"""Gradients of wide layers over ranks: from the step's few rows instead of from their many weights.

A dense layer's gradient is the product of what goes in and of the slope at what comes out, row by
row. Where a step has few rows, ranks tell one another both and multiply, instead of summing a
product of millions of numbers (sufficient factors: Xie et al. 2016, "Lighter-communication
distributed machine learning via sufficient factor broadcasting").
"""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

_MOST_ROWS = 64
"""Of a step, for every rank multiplies those of all: on one core of a machine without a GPU that is
estimated to take as long as to sum, from here on."""
_LEAST_WEIGHTS = 1 << 20


def wide_layers(model: keras.Model, *, rows: int) -> list[keras.layers.Dense]:
    """Return a model's layers that ranks gather the rows of, where a step has so many in all.

    They have no activation of their own: what comes out of them is what the slope is taken at.
    """
    return [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Dense)
        and layer.kernel.shape.num_elements() >= _LEAST_WEIGHTS
        and rows <= _MOST_ROWS
    ]


def gather_gradients(inputs: Sequence[Any], slopes: Sequence[Any]) -> list[Any]:
    """Return each layer's gradients of its kernel and its bias, over all ranks.

    `inputs` are a rank's rows of what goes into the layers, (n, in), `slopes` the loss's gradients
    by what comes out, (n, out).
    """
    if not inputs:
        return []
    import horovod.tensorflow as hvd

    # Horovod gathers no bfloat16.
    pieces = [tf.cast(piece, tf.float32) for piece in (*inputs, *slopes)]
    widths = [piece.shape[1] for piece in pieces]
    of_all = tf.split(hvd.allgather(tf.concat(pieces, axis=1), name="rows"), widths, axis=1)
    gradients = []
    for into, slope in zip(of_all[: len(inputs)], of_all[len(inputs) :], strict=True):
        gradients += [tf.matmul(into, slope, transpose_a=True), tf.reduce_sum(slope, axis=0)]
    return gradients

"""A bare TensorFlow loop: `python -m benchmarks.peers.train_loop RUN_FOLDER EPOCHS`.

The hub's network on the pictures of a run folder, which lie in memory, shuffled and batched by
tf.data, trained by GradientTape and Keras's Adam in a tf.function: no checkpoints, no events, no
other ranks. Prints as JSON how many pictures a second it took in each epoch.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from hub.rules.runs import read_run
from hub.rules.trainings import Options


def main() -> None:
    folder, epochs = Path(sys.argv[1]), int(sys.argv[2])
    import keras
    import tensorflow as tf

    from jobs.train.worker.nets import build_net, logits_of

    run = read_run(folder)
    options = Options(**run.options)
    images, labels = _load(folder)
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    dataset = dataset.shuffle(len(labels)).batch(run.batch).prefetch(2)
    # The tuner of tf.data may hold up an iterator's end for seconds.
    untuned = tf.data.Options()
    untuned.autotune.enabled = False
    dataset = dataset.with_options(untuned)
    net = build_net(options, classes=len(run.classes), is_multi_label=False, seed=0)
    model = keras.Model(net.input, logits_of(net))
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    adam = keras.optimizers.Adam(1e-3)
    adam.build(model.trainable_variables)
    seen = tf.Variable(0.0)

    @tf.function(reduce_retracing=True)
    def step(some: Any, targets: Any) -> None:
        with tf.GradientTape() as tape:
            logits = model(some, training=True)
            loss = loss_of(targets, logits)
        values = [variable.value for variable in model.trainable_variables]
        adam.apply(tape.gradient(loss, values), model.trainable_variables)
        right = tf.cast(tf.argmax(logits, axis=1) == targets, tf.float32)
        seen.assign_add(tf.reduce_sum(right))

    rates = []
    for _ in range(epochs):
        begun = time.perf_counter()
        for some, targets in dataset:
            step(some, targets)
        seen.numpy()
        rates.append(len(labels) / (time.perf_counter() - begun))
    print(json.dumps(rates))


def _load(folder: Path) -> tuple[Any, Any]:
    run = read_run(folder)
    tables = [pq.read_table(folder / file.path) for file in run.files["train"]]
    pixels = b"".join(each for table in tables for each in table["image"].to_pylist())
    shape = (-1, run.side, run.side, 3)
    labels = np.concatenate([table["label"].to_numpy() for table in tables])
    return np.frombuffer(pixels, np.uint8).reshape(shape), labels


if __name__ == "__main__":
    main()

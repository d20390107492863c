"""Run by the training environment's Python: what the networks, losses and weights files do.

Prints one JSON document; `test_nets.py` says what it should be.
"""

import json
import pickle
import sys
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import keras
import numpy as np
import tensorflow as tf

from hub.rules.runs import read_run
from hub.rules.trainings import Options
from jobs.train.worker.digests import DataError, digest_file
from jobs.train.worker.losses import sums
from jobs.train.worker.nets import build_net
from jobs.train.worker.ranks import Ranks
from jobs.train.worker.stepping import Stepper
from jobs.train.worker.weights import digest_weights, save_weights, take_weights

scratch = Path(sys.argv[1])
run = read_run(scratch)
chance = np.random.default_rng(1)
told = {}


def options(**values):
    return replace(Options(**run.options), **values)


def net(seed=1, classes=3, is_multi_label=False, **values):
    return build_net(options(**values), classes=classes, is_multi_label=is_multi_label, seed=seed)


def loss_of_several_labels():
    logits = chance.normal(size=(5, 3)).astype(np.float32)
    states = np.array([[1, 0, -1], [0, 0, 1], [-1, -1, -1], [1, 1, 1], [-1, 0, -1]])
    weights = np.array([1, 1, 1, 1, 0], np.float32)
    _, found = sums(logits, states, tf.constant(weights), is_multi_label=True)
    scores = 1 / (1 + np.exp(-logits.astype(np.float64)))
    rows, right, judged = [], 0, 0
    for row, weight, known in zip(scores, weights, states, strict=True):
        costs = [-np.log(s if t else 1 - s) for s, t in zip(row, known, strict=True) if t >= 0]
        rows.append(weight * (np.mean(costs) if costs else 0))
        right += weight * sum((s > 0.5) == t for s, t in zip(row, known, strict=True) if t >= 0)
        judged += weight * len(costs)
    return [found.numpy().tolist(), [sum(rows), 4.0, float(right), float(judged)]]


def after_steps(accumulate, dropout=0.0, rows=6, arch="smaller_vgg"):
    chosen = options(arch=arch, dropout=dropout, accumulate=accumulate)
    model = net(arch=arch, dropout=dropout)
    stepper = Stepper(model, run=run, options=chosen, ranks=Ranks(0, 1))
    drawn = np.random.default_rng(2)
    for step in range(2):
        images = drawn.integers(0, 255, (rows, 32, 32, 3)).astype(np.uint8)
        weights = np.ones(rows, np.float32)
        stepper.train(images, np.arange(rows) % 3, weights, step=step, rate=1e-4, rows=rows)
    return stepper, model


def weighed():
    """A step with weights of classes, and one of rows that weigh as much."""
    factors = [2.0, 1.0, 0.25]
    by_key = {label.key: factor for label, factor in zip(run.classes, factors, strict=True)}
    told = []
    for weights_of, factor in ((by_key, np.ones(3)), ({}, np.array(factors)), ({}, np.ones(3))):
        chosen = replace(run, class_weights=weights_of)
        stepper = Stepper(net(), run=chosen, options=options(dropout=0.0), ranks=Ranks(0, 1))
        images = np.random.default_rng(2).integers(0, 255, (6, 32, 32, 3)).astype(np.uint8)
        targets = np.array([0, 0, 0, 1, 2, 2])
        weights = factor[targets].astype(np.float32)
        stepper.train(images, targets, weights, step=0, rate=1e-4, rows=6)
        # Adam's first moments are a tenth of the gradients.
        gradients = np.concatenate([each.numpy().ravel() for each in stepper._first])
        told.append((gradients, stepper.totals.numpy().tolist()))
    (weighed, totals), (expected, _), (plain, plain_totals) = told
    size = float(np.abs(plain).mean())
    return {
        "off": float(np.abs(weighed - expected).mean()) / size,
        "changed": float(np.abs(weighed - plain).mean()) / size,
        "totals": [totals, plain_totals],
    }


def accumulated():
    # No normalisation: it takes the mean of what it sees at once.
    whole, parts = (after_steps(accumulate, arch="vgg16")[0] for accumulate in (1, 4))
    differences = [
        float(np.abs(whole.weights[name].numpy() - parts.weights[name].numpy()).mean())
        for name in whole.weights
    ]
    return {
        "most": max(differences),
        "totals": [each.totals.numpy().tolist() for each in (whole, parts)],
        "traces": parts._train.experimental_get_tracing_count(),
    }


def dropped():
    same, again = (digest_weights(after_steps(2, dropout=0.5)[1]) for _ in range(2))
    return {"is_the_same": same == again, "is_done": same != digest_weights(after_steps(2)[1])}


def weights_files():
    given, other = net(seed=1), net(seed=2, classes=4)
    other.get_layer("fc4").kernel._path = "fresh/kernel"
    save_weights(given, scratch / "weights.npz")
    digest = digest_file(scratch / "weights.npz")
    sayings = take_weights(other, scratch / "weights.npz", sha256_hex=digest)
    refused = refusal(other, scratch / "weights.npz", sha256_hex="0" * 64)
    taken = np.load(scratch / "weights.npz")["conv1_1/kernel"]
    return {
        "sayings": sayings,
        "refused": refused,
        "is_taken": bool((other.get_layer("conv1_1").kernel.numpy() == taken).all()),
        "digests": [digest_weights(net(seed=seed)) for seed in (1, 1, 2)],
    }


def refusal(model, path, **given):
    try:
        return take_weights(model, path, **{"sha256_hex": digest_file(path), **given})
    except DataError as error:
        return str(error)


def hostile_weights():
    model, path = net(), scratch / "hostile.npz"
    said = {}
    for name, shape, descr in (
        # 4 TB: not to be unpacked.
        ("huge", (10**4,) * 3, "<f4"),
        ("text", (32,), "<U9"),
        ("objects", (32,), "|O"),
        ("short", (32,), "<f4"),
    ):
        with ZipFile(path, "w") as packed, packed.open("conv1_1/bias.npy", "w") as member:
            header = {"descr": descr, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(member, header)
        said[name] = refusal(model, path)
    np.savez(path, **{"conv1_1/bias": np.full(32, np.nan)})
    said["nan"] = refusal(model, path)
    path.write_bytes(pickle.dumps({"conv1_1/bias": [0.0] * 32}))
    said["pickle"] = refusal(model, path)
    return said


def parameters():
    with tf.init_scope():
        made = {
            "vgg16": net(arch="vgg16", side=224, classes=1000).count_params(),
            "vgg16_bn": net(arch="vgg16_bn", side=224, classes=1000).count_params(),
        }
    # Rosebrock's net of 96 pixels has 5 classes.
    return made | {"smaller_vgg": net(side=96, classes=5).count_params()}


def in_bfloat16():
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = net(arch="vgg16_bn")
    stepper = Stepper(model, run=run, options=options(arch="vgg16_bn"), ranks=Ranks(0, 1))
    images, targets = np.zeros((2, 32, 32, 3), np.uint8), np.array([0, 1])
    stepper.train(images, targets, np.ones(2, np.float32), step=0, rate=1e-4, rows=2)
    scores = model(images)
    keras.config.set_dtype_policy("float32")
    return {
        "weights": sorted({str(weight.dtype) for weight in model.weights}),
        "layer": model.get_layer("conv1_1").compute_dtype,
        "scores": scores.dtype.name,
        "is_finite": bool(np.isfinite(scores.numpy()).all()),
    }


for case in (
    loss_of_several_labels,
    weighed,
    accumulated,
    dropped,
    weights_files,
    hostile_weights,
    parameters,
    in_bfloat16,
):
    told[case.__name__] = case()
sys.stdout.write(json.dumps(told) + "\n")

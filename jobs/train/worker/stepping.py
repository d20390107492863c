"""One step: every rank's gradient of its rows, their sum over the ranks, and Adam."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import keras
import tensorflow as tf

from hub.rules.runs import Run
from hub.rules.trainings import Options
from jobs.train.worker.losses import class_weights_of, sums
from jobs.train.worker.nets import dropouts_of, logits_of
from jobs.train.worker.ranks import Ranks
from jobs.train.worker.wide import gather_gradients, wide_layers

_SMALL_BYTES = 1 << 20
"""Smaller gradients are summed over the ranks together, larger ones each where it lies."""

_Ends = tuple[list[Any], list[Any]]

# Of Adam (Kingma & Ba 2015), as in Keras.
_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-7


class Stepper:
    """A model in training. Its variables are the same on all ranks before and after each step."""

    def __init__(self, model: keras.Model, *, run: Run, options: Options, ranks: Ranks) -> None:
        self._run, self._options, self._ranks = run, options, ranks
        # The parts of a step would each have to be gathered by themselves.
        is_gathering = ranks.size > 1 and options.accumulate == 1
        wide = wide_layers(model, rows=run.batch) if is_gathering else []
        gathered = {each.path: each.value for layer in wide for each in (layer.kernel, layer.bias)}
        learned = {each.path: each.value for each in model.trainable_variables}
        summed = {path: each for path, each in learned.items() if path not in gathered}
        self._net = keras.Model(
            model.input,
            {
                "logits": logits_of(model),
                "inputs": [layer.input for layer in wide],
                "outputs": [layer.output for layer in wide],
            },
        )
        self._dropouts = dropouts_of(model)
        self._summed = list(summed.values())
        self._learned = summed | gathered
        self._moving = [variable.value for variable in model.non_trainable_weights]
        self._first = [tf.Variable(tf.zeros_like(each)) for each in self._learned.values()]
        self._second = [tf.Variable(tf.zeros_like(each)) for each in self._learned.values()]
        self.totals = tf.Variable(tf.zeros(4, tf.float64))
        """Of all ranks since the epoch began: see `losses.sums`."""
        self.weights = {variable.path: variable.value for variable in model.weights}
        rows = _row_specs(run)
        numbers = [tf.TensorSpec((), kind) for kind in (tf.int64, tf.float32, tf.float32)]
        # Not by AutoGraph, which reads source files again while a run goes on.
        self._train = tf.function(
            self._train_step, input_signature=[*rows, *numbers], autograph=False
        )
        self._judge = tf.function(self._judge_rows, input_signature=rows, autograph=False)

    @property
    def variables(self) -> dict[str, Any]:
        """All that training goes on from, by a name of its own."""
        moments = {
            f"{kind}/{path}": variable
            for kind, variables in (("first", self._first), ("second", self._second))
            for path, variable in zip(self._learned, variables, strict=True)
        }
        return {f"weights/{path}": each for path, each in self.weights.items()} | {
            **moments,
            "totals": self.totals,
        }

    def train(
        self, images: Any, targets: Any, weights: Any, *, step: int, rate: float, rows: int
    ) -> None:
        """Take step `step` (from 0); it has so many `rows` on all ranks together."""
        self._train(images, targets, weights, step, rate, rows)

    def judge(self, images: Any, targets: Any, weights: Any) -> tuple[Any, Any]:
        """Return this rank's sums (see `losses.sums`) and the scores, without training."""
        sums_and_scores: tuple[Any, Any] = self._judge(images, targets, weights)
        return sums_and_scores

    def _judge_rows(self, images: Any, targets: Any, weights: Any) -> tuple[Any, Any]:
        logits = self._net(images, training=False)["logits"]
        is_multi_label = self._run.is_multi_label
        scores = tf.sigmoid(logits) if is_multi_label else tf.nn.softmax(logits)
        return sums(logits, targets, weights, is_multi_label=is_multi_label)[1], scores

    def _train_step(
        self, images: Any, targets: Any, weights: Any, step: Any, rate: Any, rows: Any
    ) -> None:
        self._seed_dropouts(step)
        gradients, ends, told = self._gradients(images, targets, weights, rows)
        if self._ranks.size > 1:
            # The moving averages of batch normalisation: those of the ranks, by rows.
            share = tf.reduce_sum(weights) / rows
            moving = [each * share for each in self._moving]
            gradients, told, moving = self._over_ranks(gradients, told, moving)
            gradients += gather_gradients(*ends)
            for variable, value in zip(self._moving, moving, strict=True):
                variable.assign(value)
        self.totals.assign_add(tf.cast(told, tf.float64))
        self._descend(gradients, step, rate)

    def _seed_dropouts(self, step: Any) -> None:
        """What is dropped follows from the run's seed, the layer, the rank and the step alone."""
        for layer in self._dropouts:
            word = f"{self._run.seed}/{layer.name}/{self._ranks.rank}"
            seed = int.from_bytes(sha256(word.encode()).digest()[:4])
            # A step draws once for each part that it is worked off in; Keras counts on.
            first = step * self._options.accumulate
            state = layer.seed_generator.state
            state.assign(tf.cast(tf.stack([tf.constant(seed, tf.int64), first]), state.dtype))

    def _gradients(
        self, images: Any, targets: Any, weights: Any, rows: Any
    ) -> tuple[list[Any], _Ends, Any]:
        """Return this rank's gradients, the ends of the layers that are gathered, and sums."""
        if self._options.accumulate == 1:
            return self._gradients_of_part(images, targets, weights, rows)
        count = tf.shape(images)[0]
        parts = tf.minimum(self._options.accumulate, count)

        def add_part(part: Any, gradients: list[Any], told: Any) -> tuple[Any, list[Any], Any]:
            rows_of = slice(part * count // parts, (part + 1) * count // parts)
            more, _, more_told = self._gradients_of_part(
                images[rows_of], targets[rows_of], weights[rows_of], rows
            )
            added = [total + each for total, each in zip(gradients, more, strict=True)]
            return part + 1, added, told + more_told

        nothing = [tf.zeros_like(each) for each in self._summed]
        _, gradients, told = tf.while_loop(
            lambda part, *_: part < parts, add_part, (0, nothing, tf.zeros(4))
        )
        return gradients, ([], []), told

    def _gradients_of_part(
        self, images: Any, targets: Any, weights: Any, rows: Any
    ) -> tuple[list[Any], _Ends, Any]:
        with tf.GradientTape() as tape:
            ends = self._net(images, training=True)
            loss, told = sums(
                ends["logits"],
                targets,
                weights,
                is_multi_label=self._run.is_multi_label,
                class_weights=class_weights_of(self._run),
            )
            # Of all ranks' rows: the sum over the ranks is the gradient of the mean.
            loss /= rows
        gradients = tape.gradient(loss, self._summed + ends["outputs"])
        count = len(self._summed)
        return gradients[:count], (ends["inputs"], gradients[count:]), told

    def _over_ranks(
        self, gradients: list[Any], told: Any, moving: list[Any]
    ) -> tuple[list[Any], Any, list[Any]]:
        tensors = [*gradients, told, *moving]
        places = {place: each for place, each in enumerate(tensors) if _bytes(each) < _SMALL_BYTES}
        together = dict(zip(places, _sum_together(list(places.values())), strict=True))
        summed = [
            together[place] if place in together else _sum(each, f"gradient_{place}")
            for place, each in enumerate(tensors)
        ]
        count = len(gradients)
        return summed[:count], summed[count], summed[count + 1 :]

    def _descend(self, gradients: list[Any], step: Any, rate: Any) -> None:
        taken = tf.cast(step + 1, tf.float32)
        for variable, first, second, gradient in zip(
            self._learned.values(), self._first, self._second, gradients, strict=True
        ):
            if self._options.weight_decay and len(variable.shape) > 1:
                # Decoupled from the gradient (Loshchilov & Hutter 2019), kernels only.
                variable.assign_sub(variable * (rate * self._options.weight_decay))
            # One pass over the memory, where Keras's optimizer makes a dozen.
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=first.handle,
                v=second.handle,
                beta1_power=tf.pow(_BETA1, taken),
                beta2_power=tf.pow(_BETA2, taken),
                lr=rate,
                beta1=_BETA1,
                beta2=_BETA2,
                epsilon=_EPSILON,
                grad=gradient,
            )


def _row_specs(run: Run) -> list[Any]:
    targets = (None, len(run.classes)) if run.is_multi_label else (None,)
    return [
        tf.TensorSpec((None, run.side, run.side, 3), tf.uint8),
        tf.TensorSpec(targets, tf.int64),
        tf.TensorSpec((None,), tf.float32),
    ]


def _bytes(tensor: Any) -> int:
    return int(tensor.shape.num_elements() * tensor.dtype.size)


def _sum(tensor: Any, name: str) -> Any:
    """Sum a tensor over the ranks, in the same order of adding every time."""
    import horovod.tensorflow as hvd

    return hvd.allreduce(tensor, op=hvd.Sum, name=name)


def _sum_together(tensors: Sequence[Any]) -> list[Any]:
    """Sum tensors laid end to end."""
    flat = tf.concat([tf.reshape(each, [-1]) for each in tensors], axis=0)
    sizes = [each.shape.num_elements() for each in tensors]
    pieces = tf.split(_sum(flat, "together"), sizes)
    return [tf.reshape(piece, each.shape) for piece, each in zip(pieces, tensors, strict=True)]

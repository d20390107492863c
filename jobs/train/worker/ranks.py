"""The processes that train side by side: what each has of the machine, and what they tell another.

Whole arrays and JSON only: Horovod's own ways of sending objects pickle them.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_BF16_CAPABILITY = (8, 0)
"""NVIDIA's Ampere is the first that calculates in bfloat16."""


@dataclass(frozen=True)
class Ranks:
    rank: int
    size: int

    @property
    def is_first(self) -> bool:
        return self.rank == 0


def join_ranks(*, precision: str) -> Ranks:
    """Find the other ranks, and set up TensorFlow for this one's share of the machine.

    To be called once, before TensorFlow has done anything.
    """
    # Horovod would pack whatever happens to be ready into one sum. Sums of three numbers depend on
    # the order of adding, so what is packed together is decided in `stepping`, once for all.
    os.environ["HOROVOD_FUSION_THRESHOLD"] = "0"
    # The ranks ask one another every millisecond what is ready, which takes 6% of a core.
    os.environ.setdefault("HOROVOD_CYCLE_TIME", "3")
    import horovod.tensorflow as hvd
    import keras
    import tensorflow as tf

    hvd.init()
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        own = gpus[hvd.local_rank() % len(gpus)]
        tf.config.set_visible_devices(own, "GPU")
        tf.config.experimental.set_memory_growth(own, True)
    threads = _threads(hvd.local_size())
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(min(2, threads))
    tf.config.experimental.enable_op_determinism()
    if precision == "bfloat16" or (precision == "auto" and gpus and _has_bf16(own)):
        keras.config.set_dtype_policy("mixed_bfloat16")
    return Ranks(hvd.rank(), hvd.size())


def leave_ranks() -> None:
    """Tell the others that this rank is done, and wait until they are."""
    import horovod.tensorflow as hvd

    hvd.shutdown()


def _threads(local_ranks: int) -> int:
    """This process's share of the cores that it may use."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return int(asked) if asked.isdigit() else max(1, len(os.sched_getaffinity(0)) // local_ranks)


def _has_bf16(gpu: Any) -> bool:
    import tensorflow as tf

    details = tf.config.experimental.get_device_details(gpu)
    return bool(details.get("compute_capability", (0, 0)) >= _BF16_CAPABILITY)


def share_variables(variables: Iterable[Any], *, ranks: Ranks) -> None:
    """Give every rank the first one's values of Keras's or TensorFlow's variables."""
    if ranks.size > 1:
        import horovod.tensorflow as hvd

        for variable in variables:
            variable.assign(hvd.broadcast(variable, root_rank=0))


def share_json(values: Mapping[str, Any] | None, *, ranks: Ranks) -> dict[str, Any] | None:
    """Return on every rank what the first one has."""
    if ranks.size == 1:
        return None if values is None else dict(values)
    import horovod.tensorflow as hvd
    import tensorflow as tf

    text = np.frombuffer(json.dumps(values).encode(), np.uint8)
    length = int(hvd.broadcast(tf.constant(text.size), root_rank=0, name="json_size").numpy())
    sent = text if ranks.is_first else np.zeros(length, np.uint8)
    got = hvd.broadcast(tf.constant(sent), root_rank=0, name="json")
    shared: dict[str, Any] | None = json.loads(got.numpy().tobytes())
    return shared


def sum_ranks(values: npt.NDArray[Any], *, name: str, ranks: Ranks) -> npt.NDArray[Any]:
    if ranks.size == 1:
        return values
    import horovod.tensorflow as hvd
    import tensorflow as tf

    summed: npt.NDArray[Any] = hvd.allreduce(tf.constant(values), op=hvd.Sum, name=name).numpy()
    return summed


def gather(rows: npt.NDArray[Any], *, name: str, ranks: Ranks) -> npt.NDArray[Any]:
    """Return the rows of all ranks, one rank's after the other's."""
    if ranks.size == 1:
        return rows
    import horovod.tensorflow as hvd
    import tensorflow as tf

    gathered: npt.NDArray[Any] = hvd.allgather(tf.constant(rows), name=name).numpy()
    return gathered

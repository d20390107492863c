"""Predicts pictures that come on standard input: `python -m jobs.train.worker.predict MODEL`.

MODEL is a `.keras` file, opened in safe mode. Its first answer is a line of JSON: `side`, that the
pictures must have, and `outputs`, of the model. Then each question is a number of pictures (COUNT)
and their pixels, side x side x 3 bytes each; the answer is as many rows of `outputs` scores, 32-bit
floats, little-endian as all numbers here. The end of the input ends it.
"""

import json
import os
import sys
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from jobs.train.worker.questions import COUNT, MOST, SCORE


def main() -> None:
    # TensorFlow and others print: what is meant for the asker alone goes where they cannot.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    answer(sys.argv[1], sys.stdin.buffer, answers)


def answer(path: str, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end. Raises ValueError for one that is not whole."""
    import keras

    model = keras.saving.load_model(path, compile=False, safe_mode=True)
    _, side, _, channels = model.input_shape
    if channels != 3:
        raise ValueError(f"the model takes pictures of {channels} channels")
    line = json.dumps({"side": side, "outputs": model.output_shape[-1]})
    answers.write(f"{line}\n".encode())
    answers.flush()
    while (pictures := _read_pictures(questions, side)) is not None:
        scores = np.asarray(model.predict_on_batch(pictures))
        answers.write(scores.astype(SCORE).tobytes())
        answers.flush()


def _read_pictures(questions: BinaryIO, side: int) -> npt.NDArray[np.uint8] | None:
    head = questions.read(COUNT.size)
    if not head:
        return None
    (count,) = COUNT.unpack(head)
    if not 0 < count <= MOST:
        raise ValueError(f"{count} pictures in a question")
    content = questions.read(count * side * side * 3)
    return np.frombuffer(content, np.uint8).reshape(count, side, side, 3)


if __name__ == "__main__":
    main()

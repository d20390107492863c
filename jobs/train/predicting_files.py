"""Predicts picture files, which may hold anything: each is decoded behind the guard."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from hub.redecoding import Redecoder
from hub.rules.reasons import Reason
from jobs.train.predictor import AT_ONCE, Predictor


@dataclass(frozen=True)
class FilePrediction:
    """What a model says of a file, or what is wrong with the file."""

    path: str
    label: str | None = None
    """The likeliest."""
    probability: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    """By label."""
    error: str | None = None


def predict_files(
    predictor: Predictor,
    paths: Iterable[str],
    *,
    classes: Sequence[str],
    redecoder: Redecoder,
    most_bytes: int,
) -> Iterator[FilePrediction]:
    """Yield a prediction a file, in order, some files at a time."""
    remaining = iter(paths)
    while some := list(islice(remaining, AT_ONCE)):
        fitted = {path: _fit(path, predictor.side, redecoder, most_bytes) for path in some}
        good = {path: pixels for path, pixels in fitted.items() if isinstance(pixels, bytes)}
        found = predictor.predict([*good.values()]).tolist()
        scores = dict(zip(good, found, strict=True))
        for path in some:
            error = fitted[path]
            if isinstance(error, str):
                yield FilePrediction(path, error=error)
            else:
                yield _prediction(path, scores[path], classes)


def _prediction(path: str, scores: Sequence[float], classes: Sequence[str]) -> FilePrediction:
    best = max(range(len(classes)), key=scores.__getitem__)
    by_label = dict(zip(classes, scores, strict=True))
    return FilePrediction(path, classes[best], scores[best], by_label)


def _fit(path: str, side: int, redecoder: Redecoder, most_bytes: int) -> bytes | str:
    """Return the pixels of a file, or what is wrong with it."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if len(content) > most_bytes:
        return f"is larger than {most_bytes:,} bytes"
    fitted = redecoder.fit(content, side=side)
    if isinstance(fitted, Reason):
        return f"is no picture that the hub can decode ({fitted.value})"
    return fitted

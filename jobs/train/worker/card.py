"""The model card of a run: what the model is, what it was trained on, how good, whom to credit."""

import csv
import json
import platform
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from hub.rules.runs import ATTRIBUTION, LEFT_OUT, Run
from hub.rules.spreadsheets import inert, plain

_PACKAGES = ("tensorflow-cpu", "tensorflow", "keras", "horovod", "petastorm", "pyarrow", "numpy")
_MOST_CREDITS = 1000
_SPLITS = ("train", "validation", "test")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$-])")


def card(folder: Path, run: Run, *, result: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """Return `MODEL_CARD.md` of a run folder with its `result.json` and what its report says."""
    return f"""# Model of training {run.training_id}: {_kind(run)} of {len(run.classes):,} labels

{run.options["arch"]} at {run.side} x {run.side} pixels. {report["note"]}

## Use

```python
import keras
import numpy as np
from PIL import Image

model = keras.saving.load_model("model/model.keras", compile=False, safe_mode=True)
picture = Image.open("picture.jpg").convert("RGB").resize({(run.side, run.side)}, Image.BILINEAR)
print(model.predict(np.asarray(picture)[np.newaxis]))
```

Safe mode runs no code out of the file; open models in no other. The outputs stand for the labels in
the order of `model/classes.txt`{_outputs(run)}. `hub model predict` does the same, turns pictures
upright and scales them exactly as in training: squashed to a square, not cropped.

## Labels and results

{_results(run, report)}

## Data

Subset root `{run.root}`: it names exactly the pictures, and what is said of them.

{_table(("split", "pictures"), ((split, f"{run.images(split):,}") for split in _SPLITS))}

{_left_out(run)}

## Training

{_table(("option", "value"), _asked(run))}

{_table(("result", "value"), _told(result))}

{_table(("environment", "version"), _environment())}

## Limits

- It knows these labels alone and always names {_always(run)}; a picture of anything else gets
  {_anything(run)}.
- Its results hold for pictures like those of the subset: taken by the same crowd, with its habits.
- A probability is the model's own; `report/calibration.png` shows how far it can be taken at its
  word.

## Credit

{_credits(folder / ATTRIBUTION)}
"""


def _kind(run: Run) -> str:
    return "any" if run.is_multi_label else "one"


def _outputs(run: Run) -> str:
    return ", each a probability by itself" if run.is_multi_label else " and add up to 1"


def _always(run: Run) -> str:
    return "a probability of each" if run.is_multi_label else "one of them"


def _anything(run: Run) -> str:
    return "probabilities, too" if run.is_multi_label else "one of them, too, at times a likely one"


def _results(run: Run, report: Mapping[str, Any]) -> str:
    rows = (
        (
            _text(label["name"]),
            f"{run.class_images.get(label['key'], 0):,}",
            f"{label['support']:,}",
            *(_number(label[name]) for name in ("precision", "recall", "f1")),
        )
        for label in report["labels"]
    )
    header = ("label", "trained on", "validated on", "precision", "recall", "F1")
    return _table(header, rows)


def _left_out(run: Run) -> str:
    if not any(run.left_out.values()):
        return "No picture of the subset was left out."
    told = ", ".join(f"{count:,} ({_text(why)})" for why, count in run.left_out.items() if count)
    return f"Left out (`{LEFT_OUT}` names them): {told}."


def _asked(run: Run) -> Iterable[Sequence[str]]:
    # Whoever has the model need not know where a file lay on the machine that trained it.
    names = sorted(run.options.keys() - {"weights"})
    return ((name, _text(str(run.options[name]))) for name in names)


def _told(result: Mapping[str, Any]) -> Iterable[Sequence[str]]:
    return ((_text(name), _text(_value(result[name]))) for name in sorted(result))


def _value(value: object) -> str:
    if isinstance(value, float):
        return _number(value)
    return value if isinstance(value, str) else json.dumps(value)


def _environment() -> Iterable[Sequence[str]]:
    yield "python", platform.python_version()
    for package in _PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue


def _credits(path: Path) -> str:
    if not path.exists():
        return f"`{ATTRIBUTION}` of the run is not there."
    with path.open(encoding="utf-8", newline="") as lines:
        counted = Counter(
            (plain(row["licence"]), plain(row["author"])) for row in csv.DictReader(lines)
        )
    ordered = sorted(counted.items(), key=lambda one: (one[0][0], -one[1], one[0][1]))
    rows = (
        (_text(licence) or "not said", _text(author) or "not said", f"{count:,}")
        for (licence, author), count in ordered[:_MOST_CREDITS]
    )
    table = _table(("licence", "author", "pictures"), rows)
    left = len(ordered) - _MOST_CREDITS
    more = f"\n\nAnd {left:,} authors more." if left > 0 else ""
    return f"{table}{more}\n\n`{ATTRIBUTION}` says it picture by picture, with the sources."


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (header, ("---",) * len(header), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _text(text: str) -> str:
    """Return text from outside as it is to be read: no markup, on one line."""
    return _MARKUP.sub(r"\\\1", inert(text))

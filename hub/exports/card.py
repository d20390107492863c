"""The dataset card of a download: what is in it, by label, split and licence, and what they ask."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from hub.rules.licences import find_licence, properties_of
from hub.rules.locks import Lock, lock_text
from hub.rules.manifests import LabelRef, Picture
from hub.rules.spreadsheets import inert

_MOST_LABELS = 1000
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")
_ASKED = {
    "attribution": "credit the author",
    "share-alike": "share what you make of it under the same terms",
}
_REFUSED = {
    "commercial": "no commercial use",
    "changes": "do not share changed pictures",
}


class CardTally:
    """Counts the pictures of a manifest by what the card tells of them."""

    def __init__(self) -> None:
        self._labels: dict[str, LabelRef] = {}
        self._positive: Counter[str] = Counter()
        self._negative: Counter[str] = Counter()
        self.splits: Counter[str] = Counter()
        self.licences: Counter[str] = Counter()

    def add(self, picture: Picture) -> None:
        shown = {label.key: label for label in (*picture.labels, *picture.picked)}
        self._labels.update(shown)
        self._positive.update(shown.keys())
        for label in picture.negatives:
            self._labels[label.key] = label
            self._negative[label.key] += 1
        self.splits[picture.split] += 1
        self.licences[picture.licence] += 1

    def labels(self) -> list[tuple[LabelRef, int, int]]:
        """Return each label with the pictures that show it and that do not, the most first."""
        counted = (
            (label, self._positive[key], self._negative[key]) for key, label in self._labels.items()
        )
        return sorted(counted, key=lambda one: (-one[1], -one[2], one[0].key))


def card(lock: Lock, tally: CardTally) -> str:
    """Return `README.md`, a function of the manifest alone."""
    return f"""# {lock.images:,} labelled pictures

{lock.bytes:,} bytes; root `{lock.root}`, which names exactly these pictures and what is said of
them. They were picked by:

{_recipe(lock)}

## Files

| file | what it is |
|---|---|
| `images/` | one file a picture, named by the sha256 of its bytes |
| `labels.csv` | a row a picture and label: see below |
| `ATTRIBUTION.csv` | author, licence and source of every picture |
| `subset.lock` | `hub pull subset.lock DIR` brings these pictures anywhere, or mends this folder |

In the CSV files an apostrophe stands before text that a spreadsheet would compute.

## Labels: three states

In `labels.csv` a picture's `state` for a label is `positive` (it shows it) or `negative` (somebody
verified that it does not). **No row means that nothing is known**: do not read it as a no.
`picked` is `true` where the subset was picked by the label, `implied` where nobody claimed the
label itself: it follows from a narrower one.

{_labels(tally)}

## Splits

{_table(("split", "pictures"), ((name, f"{n:,}") for name, n in sorted(tally.splits.items())))}

A picture and those like it are in one split; `none` is near pictures of two others.

## Licences

{_table(("licence", "pictures", "asks"), _licences(tally))}

`ATTRIBUTION.csv` says whom to credit for which picture. The hub passes on what suppliers said and
does not vouch for it.
"""


def _recipe(lock: Lock) -> str:
    # Indented, for a fence could be closed by what it holds.
    _, _, recipe = lock_text(lock, with_notes=False).partition("[recipe]\n")
    return "\n".join(f"    {line}" for line in recipe.splitlines())


def _labels(tally: CardTally) -> str:
    labels = tally.labels()
    rows = [
        (_text(label.name), label.mid or "", f"{positive:,}", f"{negative:,}")
        for label, positive, negative in labels[:_MOST_LABELS]
    ]
    table = _table(("label", "MID", "positive", "negative"), rows)
    left = len(labels) - _MOST_LABELS
    return f"{table}\n\nAnd {left:,} labels more, in `labels.csv`." if left > 0 else table


def _licences(tally: CardTally) -> Iterable[Sequence[str]]:
    for licence, pictures in sorted(tally.licences.items()):
        yield _text(licence), f"{pictures:,}", _asks(licence)


def _asks(licence: str) -> str:
    known = find_licence(licence)
    has = properties_of(known) if known else None
    if has is None:
        return "nobody can say: ask the author"
    asked = [text for name, text in _ASKED.items() if name in has]
    refused = [text for name, text in _REFUSED.items() if name not in has]
    return "; ".join((*asked, *refused)) or "nothing"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (header, ("---",) * len(header), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _text(text: str) -> str:
    """Return text from outside as it is to be read: no markup, on one line."""
    return _MARKUP.sub(r"\\\1", inert(text))

"""Makes names from outside safe: of files and folders on any system, and in lists of one a line."""

import re
import unicodedata
from collections.abc import Iterable

from hub.rules.manifests import LabelRef

_ODD = ("Cc", "Cs", "Zl", "Zp")
_TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
_LONGEST_BYTES = 100
_KEPT_SIGNS = " _-.(),"
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(\..*)?", re.IGNORECASE)


def file_names(labels: Iterable[LabelRef]) -> dict[str, str]:
    """Return a name for a file or folder of each label, by its key.

    Letters and digits of every script are kept. Names that differ but for case, or in signs that
    are not kept, have the label's key behind them.
    """
    names = {label.key: safe_name(label.name) for label in labels}
    shared: dict[str, int] = {}
    for name in names.values():
        shared[_folded(name)] = shared.get(_folded(name), 0) + 1
    taken: set[str] = set()
    for key, name in sorted(names.items()):
        if shared[_folded(name)] > 1:
            name = f"{name} ({safe_name(key)})"
        while _folded(name) in taken:
            name += "_"
        taken.add(_folded(name))
        names[key] = name
    return names


def safe_name(text: str) -> str:
    """Return text as the name of one file: no path, no option, no formula, nothing reserved."""
    kept = "".join(c if _is_kept(c) else "_" for c in unicodedata.normalize("NFC", text))
    kept = kept.encode()[:_LONGEST_BYTES].decode(errors="ignore").strip(" .")
    if kept.startswith("-"):
        kept = f"_{kept[1:]}"
    if not kept or _RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    return kept


def _is_kept(character: str) -> bool:
    return character in _KEPT_SIGNS or unicodedata.category(character)[0] in "LMN"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def one_line(text: str) -> str:
    """Return text with a space for every break, control and sign that turns text around.

    XML and YAML take what is left. Signs that join letters stay.
    """
    return text if text.isprintable() else "".join(" " if _is_odd(c) else c for c in text)


def _is_odd(character: str) -> bool:
    return (
        unicodedata.category(character) in _ODD
        or unicodedata.bidirectional(character) in _TURNS
        or character == "\ufeff"
        # No characters, now or ever; those that are not assigned yet may be letters tomorrow.
        or ord(character) & 0xFFFE == 0xFFFE
    )

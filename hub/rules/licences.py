"""The licences a picture may come under, by one name each."""

import re

LICENCES = (
    "CC0 1.0",
    "CC BY 2.0",
    "CC BY 3.0",
    "CC BY 4.0",
    "CC BY-SA 2.0",
    "CC BY-SA 3.0",
    "CC BY-SA 4.0",
    "CC BY-ND 4.0",
    "CC BY-NC 2.0",
    "CC BY-NC 4.0",
    "CC BY-NC-SA 4.0",
    "CC BY-NC-ND 4.0",
    "MIT",
    "Apache-2.0",
    "BSD-3-Clause",
    "public domain",
    "unknown",
)
DEFAULT_LICENCE = "CC BY 4.0"

# The deeds' own addresses, as Open Images names its licences.
_DEED = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([\d.]+).*")


def find_licence(text: str) -> str | None:
    """Return the one name of a licence, or None if it is not on the list.

    Case, spaces, dashes and underscores do not matter (`cc-by-4.0`), nor whether a Creative
    Commons licence is named or given by its address.
    """
    return _BY_FOLDED_NAME.get(_fold(text))


def _fold(text: str) -> str:
    folded = text.strip().casefold()
    if deed := _DEED.fullmatch(folded):
        kind, version = deed.groups()
        folded = f"cc0 {version}" if kind == "zero" else f"cc {kind} {version}"
    return re.sub(r"[\s_-]+", " ", folded)


_BY_FOLDED_NAME = {_fold(name): name for name in LICENCES}
_BY_FOLDED_NAME["cc0"] = "CC0 1.0"

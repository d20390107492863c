"""The licences a picture may come under, by one name each, and what follows from each."""

import re
from collections.abc import Collection

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

PROPERTIES = ("commercial", "changes", "attribution", "share-alike")
"""Commercial use is allowed, changed pictures may be shared; authors must be credited, and what is
made of a picture must be shared under the same terms."""

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


def licence_url(licence: str) -> str:
    """Return the address of a licence; empty where there is none.

    Sources: the deeds at creativecommons.org, the list of licences at spdx.org.
    """
    if licence == "CC0 1.0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if licence == "public domain":
        return "https://creativecommons.org/publicdomain/mark/1.0/"
    if found := re.fullmatch(r"CC (BY(?:-[A-Z]{2})*) ([\d.]+)", licence):
        terms, version = found.groups()
        return f"https://creativecommons.org/licenses/{terms.lower()}/{version}/"
    if licence in ("MIT", "Apache-2.0", "BSD-3-Clause"):
        return f"https://spdx.org/licenses/{licence}.html"
    return ""


def properties_of(licence: str) -> frozenset[str] | None:
    """Return which of `PROPERTIES` a licence of the list has, or None where nobody can say.

    Source: the deeds at creativecommons.org, and the texts of the others: all ask for their notice
    to be kept, which is a kind of attribution.
    """
    if licence == "unknown":
        return None
    if licence in ("CC0 1.0", "public domain"):
        return frozenset(("commercial", "changes"))
    terms = re.split(r"[ -]", licence)
    lacks = {name for term, name in (("NC", "commercial"), ("ND", "changes")) if term in terms}
    conditions = {"attribution"} | ({"share-alike"} if "SA" in terms else set())
    return frozenset({"commercial", "changes"} - lacks | conditions)


def licences_with(having: Collection[str], lacking: Collection[str]) -> tuple[str, ...]:
    """Return the licences that have all the one properties and none of the others.

    One of which nothing is known passes only where nothing is asked.
    """
    if not having and not lacking:
        return LICENCES
    known = ((licence, properties_of(licence)) for licence in LICENCES)
    return tuple(
        licence
        for licence, has in known
        if has is not None and has.issuperset(having) and has.isdisjoint(lacking)
    )


def find_conflict(licences: Collection[str]) -> tuple[str, str] | None:
    """Return two of the licences whose pictures cannot go into one work together, or None.

    What is made of a share-alike picture may be used commercially exactly if the picture may; the
    other's terms must allow that. (Source: the compatibility chart of Creative Commons' FAQ, "Can I
    combine material under different Creative Commons licenses in my work?".)
    """
    properties = {licence: properties_of(licence) for licence in sorted(licences)}
    for licence, has in properties.items():
        if has and "share-alike" in has:
            for other, others in properties.items():
                if others is not None and not _joins(has, others):
                    return licence, other
    return None


def _joins(share_alike: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether a picture of the other terms may go into a work under share-alike terms."""
    if "changes" not in other:
        return False
    if "share-alike" in other:
        return ("commercial" in share_alike) == ("commercial" in other)
    return "commercial" in other or "commercial" not in share_alike

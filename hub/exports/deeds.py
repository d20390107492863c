"""Where the texts of licences are found, for formats that name a licence by its address."""

import re


def licence_url(licence: str) -> str:
    """Return the address of a licence of `hub.rules.licences`; empty where there is none.

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

"""imagededup, in its own environment: `python -m benchmarks.peers.imagededup_hashes FOLDER OUT`.

Its perceptual hash, PHash, on all cores as it comes, and the search for duplicates: at its default
of 10 bits, which is what is timed, and at fewer. Writes the pairs, prints the times as JSON.
"""

import json
import sys
import time
import types
from pathlib import Path

_begun = time.perf_counter()

# Its packages import its CNN, which needs torch: 5 GB that no hash uses. These stand in its place.
for _module, _name in (("methods.cnn", "CNN"), ("utils.models", "CustomModel")):
    _empty = types.ModuleType(f"imagededup.{_module}")
    setattr(_empty, _name, None)
    sys.modules[_empty.__name__] = _empty

from imagededup.methods import PHash  # type: ignore[import-not-found]  # noqa: E402

_DEFAULT_BITS = 10
_BITS = (10, 8, 6, 4, 2, 0)


def main() -> None:
    folder, out = sys.argv[1:]
    hasher = PHash(verbose=False)
    started = time.perf_counter()
    hashes = hasher.encode_images(folder, recursive=True)
    encoded = time.perf_counter()
    found = {f"{_DEFAULT_BITS} bits": _pairs(hasher, hashes, _DEFAULT_BITS)}
    searched = time.perf_counter()
    for bits in _BITS[1:]:
        found[f"{bits} bits"] = _pairs(hasher, hashes, bits)
    Path(out).write_text(json.dumps({"pictures": len(hashes), "found": found}))
    print(
        json.dumps(
            {
                "start": started - _begun,
                "encode": encoded - started,
                "search": searched - encoded,
            }
        )
    )


def _pairs(hasher: PHash, hashes: dict[str, str], bits: int) -> list[list[str]]:
    found = hasher.find_duplicates(encoding_map=hashes, max_distance_threshold=bits)
    return [[one, other] for one, others in found.items() for other in others if one < other]


if __name__ == "__main__":
    main()

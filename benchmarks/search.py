"""The search for near hashes alone: every pair within the radius among N pictures' hashes.

    BENCH_PICTURES=1000000 BENCH_ROUNDS=3 python -m benchmarks.search

One thread each. Beside the hub's search stand faiss with the same bands and, up to 100,000
pictures, faiss with a look at every pair. Recall is counted against a look at every pair by plain
numpy: of all pictures up to 100,000, of 2,000 of them beyond.
"""

import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks import hashes as drawn
from benchmarks.environments import make_environment, version_in
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.processes import BenchError, run
from benchmarks.report import write_result
from hub.rules.searching import RADIUS

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "search.json"
_QUICK_RESULT = _HERE / "results" / "search-quick.json"
_SIZES, _ROUNDS = (10_000, 100_000, 1_000_000), 3
_MOST_COMPARED = 100_000
_QUERIES = 2000
_NAMES = {
    "hub": "hub",
    "faiss_bands": "faiss {faiss-cpu}, IndexBinaryMultiHash (3 bands of 21 bits, 1 turned)",
    "faiss_all": "faiss {faiss-cpu}, IndexBinaryFlat (every pair)",
}

Turn = dict[str, Any]
"""What one contender did with one set of hashes once: build, search, seconds, peak_bytes."""


def measure(sizes: Sequence[int], *, rounds: int, environ: Mapping[str, str]) -> dict[str, Any]:
    """Run every contender once a round over every case and size, and return the result.

    Raises BenchError if two of them find different neighbours.
    """
    work = _HERE / "work" / "search"
    work.mkdir(parents=True, exist_ok=True)
    say("faiss: its environment, made once")
    faiss = make_environment(work.parent, "faiss-cpu", environ=environ)
    sets = [(case, size) for case in drawn.CASES for size in sizes]
    turn = partial(_turns, work=work, faiss=faiss, environ=environ)
    measured = [
        {_key(case, size): turn(case, size, number=number) for case, size in sets}
        for number in range(rounds)
    ]
    recall = {_key(case, size): _recall(case, size, work=work) for case, size in sets}
    return {
        "benchmark": "search",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions()
        | version_in(faiss, "faiss-cpu", environ=environ, log=work / "version.log"),
        "radius": RADIUS,
        "cases": drawn.CASES,
        "sizes": list(sizes),
        "rounds": measured,
        "medians": _medians(measured),
        "ratios": _ratios(measured),
        "exponents": _exponents(_medians(measured), sizes),
        "recall": recall,
    }


def _key(case: str, size: int) -> str:
    return f"{case}, {size}"


def _turns(
    case: str, size: int, *, number: int, work: Path, faiss: Path, environ: Mapping[str, str]
) -> dict[str, Turn]:
    """Let the contenders take their turns, every second round in the opposite order."""
    hashes = work / "hashes.npy"
    np.save(hashes, drawn.draw(size, case=case).hashes, allow_pickle=False)
    peer = [str(faiss), str(_HERE / "faiss_search.py")]
    commands = {"hub": [sys.executable, "-m", "benchmarks.hub_search"], "faiss_bands": peer}
    if size <= _MOST_COMPARED:
        commands["faiss_all"] = peer
    done = {}
    for name in list(commands) if number % 2 == 0 else reversed(commands):
        found = _neighbours(work, name, case, size)
        command = [*commands[name], str(hashes), str(found), name.rpartition("_")[2]]
        ran = run(command, environ=environ, log=work / f"{name}.log")
        told = json.loads(ran.output)
        seconds = told["build"] + told["search"]
        done[name] = told | {"seconds": seconds, "peak_bytes": ran.peak_bytes}
        say(f"round {number + 1}: {case}, {size:,}: {name}: {seconds:.2f} s")
    _check_equal([np.load(_neighbours(work, name, case, size)) for name in commands])
    return {name: done[name] for name in commands}


def _neighbours(work: Path, name: str, case: str, size: int) -> Path:
    return work / f"{name}-{case.replace(' ', '-')}-{size}.npy"


def _check_equal(found: Sequence[np.ndarray[Any, Any]]) -> None:
    if any(not np.array_equal(found[0], other) for other in found[1:]):
        raise BenchError("the hub and faiss found different neighbours: one of them misses some")


def _recall(case: str, size: int, *, work: Path) -> dict[str, float | None]:
    """Compare the neighbours that the hub counted with those that a look at every pair counts.

    Each pair that a search returns has been compared whole, so equal counts are equal pairs.
    Where those asked have no neighbour there is no recall: None.
    """
    pictures = drawn.draw(size, case=case)
    hashes = pictures.hashes.view(np.uint64)
    found = np.load(_neighbours(work, "hub", case, size))
    asked = np.arange(size)
    if size > _MOST_COMPARED:
        # Half of them from those that are alike: of the others most have no neighbour.
        source = np.random.default_rng(size)
        alike = source.permutation(pictures.alike)[: _QUERIES // 2]
        asked = np.union1d(alike, source.choice(size, _QUERIES - len(alike), replace=False))
    true = np.array([_within(hashes, hashes[row]) for row in asked]) - 1
    if (found[asked] > true).any():
        raise BenchError("the hub found neighbours beyond the radius")
    recall = float(found[asked].sum() / true.sum()) if true.sum() else None
    pairs = int(found.sum()) // 2
    return {"asked": len(asked), "neighbours": int(true.sum()), "recall": recall, "pairs": pairs}


def _within(hashes: np.ndarray[Any, Any], one: np.uint64) -> int:
    return int(np.count_nonzero(np.bitwise_count(hashes ^ one) <= RADIUS))


def _medians(rounds: Sequence[Mapping[str, Mapping[str, Turn]]]) -> dict[str, dict[str, Turn]]:
    return {
        key: {
            name: {field: median(turn[key][name][field] for turn in rounds) for field in told}
            for name, told in turns.items()
        }
        for key, turns in rounds[0].items()
    }


def _ratios(rounds: Sequence[Mapping[str, Mapping[str, Turn]]]) -> dict[str, dict[str, float]]:
    """The other's seconds by the hub's in the same round, the median of all rounds."""
    return {
        key: {
            name: median(
                turn[key][name]["seconds"] / turn[key]["hub"]["seconds"] for turn in rounds
            )
            for name in turns
            if name != "hub"
        }
        for key, turns in rounds[0].items()
    }


def _exponents(
    medians: Mapping[str, Mapping[str, Turn]], sizes: Sequence[int]
) -> dict[str, dict[str, dict[str, float]]]:
    """The slope of log seconds over log pictures, from each smaller size to the largest."""
    largest = sizes[-1]

    def slope(case: str, name: str, size: int) -> float:
        times = [medians[_key(case, n)][name]["seconds"] for n in (size, largest)]
        return math.log(times[1] / times[0]) / math.log(largest / size)

    return {
        case: {
            name: {f"{size} to {largest}": slope(case, name, size) for size in sizes[:-1]}
            for name in ("hub", "faiss_bands")
        }
        for case in drawn.CASES
    }


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: a table of the times and one of the exponents."""
    versions, machine = result["versions"], result["machine"]
    names = [text.format(**versions) for text in _NAMES.values()]
    spans = list(next(iter(result["exponents"].values()))["hub"])
    return "\n".join(
        [
            f"Every pair within {result['radius']} bits; one thread; medians of"
            f" {len(result['rounds'])} rounds; {result['measured_on']}; {machine['processor']},"
            f" {machine['cores']} cores; numpy {versions['numpy']}.",
            "",
            "| hashes | pictures | pairs | recall, of the neighbours of those asked"
            f" | {', s | '.join(names)}, s"
            " | hub's lead over the same bands | hub's peak memory, GB |",
            "|---|---|---|---|---|---|---|---|---|",
            *(_row(case, size, result) for case in result["cases"] for size in result["sizes"]),
            "",
            f"| exponent | {' | '.join(f'hub, {span}' for span in spans)}"
            f" | {' | '.join(f'faiss, {span}' for span in spans)} |",
            f"|{'---|' * (1 + 2 * len(spans))}",
            *(_exponent_row(case, told) for case, told in result["exponents"].items()),
            "",
            *(f"- {case}: {text}." for case, text in result["cases"].items()),
        ]
    )


def _row(case: str, size: int, result: Mapping[str, Any]) -> str:
    key = _key(case, size)
    medians, recall = result["medians"][key], result["recall"][key]
    seconds = [f"{medians[n]['seconds']:.2f}" if n in medians else "" for n in _NAMES]
    lead, peak = result["ratios"][key]["faiss_bands"], medians["hub"]["peak_bytes"]
    cells = [
        case,
        f"{size:,}",
        f"{recall['pairs']:,}",
        f"{recall['recall']:.3f} of {recall['neighbours']:,}" if recall["neighbours"] else "",
        *seconds,
        f"**{lead:.1f}**",
        f"{peak / 1e9:.2f}" if peak else "",
    ]
    return f"| {' | '.join(cells)} |"


def _exponent_row(case: str, told: Mapping[str, Mapping[str, float]]) -> str:
    slopes = [f"{slope:.2f}" for name in ("hub", "faiss_bands") for slope in told[name].values()]
    return f"| {case} | {' | '.join(slopes)} |"


def main() -> None:
    """Measure, then write results/search.json, or search-quick.json of a run that is not whole."""
    try:
        largest = count(os.environ, "BENCH_PICTURES", default=_SIZES[-1])
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        sizes = [size for size in _SIZES if size <= largest] or [largest]
        result = measure(sizes, rounds=rounds, environ=os.environ)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_whole = sizes == list(_SIZES) and rounds >= _ROUNDS
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("search", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()

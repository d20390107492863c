"""Sums up the rounds of a run, writes the result, and lays out that of the ingest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contender import Measured

Round = Mapping[str, Measured]
"""The contenders of one round, by name, in the order they ran."""

_NAMES = {
    "fused_limit": "bare loop on all cores (the machine's limit)",
    "hub": "hub: `hub submit` and `hub job run`",
    "img2dataset": "img2dataset {img2dataset} as it comes: decodes, writes 256 x 256",
    "img2dataset_no_decoding": "img2dataset {img2dataset}, no decoding",
    "daft": "Daft {daft}",
    "spark": "Spark {pyspark}: `binaryFile`, Pillow, Parquet",
}


def sum_up(rounds: Sequence[Round]) -> dict[str, Any]:
    """Return the rounds, each contender's medians, and the medians of the rounds' ratios."""
    names = list(rounds[0])
    return {
        "rounds": [{name: _tell(turn[name]) for name in names} for turn in rounds],
        "medians": {name: _medians([turn[name] for turn in rounds]) for name in names},
        "ratios": _ratios(rounds, "rate"),
        "ratios_with_start": _ratios(rounds, "rate_with_start"),
    }


def _tell(measured: Measured) -> dict[str, Any]:
    told = asdict(measured) | {"parts": dict(measured.parts)}
    rates = {
        "images_per_second": measured.rate,
        "images_per_second_with_start": measured.rate_with_start,
    }
    return told | rates


def _medians(turns: Sequence[Measured]) -> dict[str, Any]:
    told = [_tell(turn) for turn in turns]
    numbers = [name for name, value in told[0].items() if isinstance(value, int | float)]
    parts = {name: median(turn["parts"][name] for turn in told) for name in told[0]["parts"]}
    return {name: median(turn[name] for turn in told) for name in numbers} | {"parts": parts}


def _ratios(rounds: Sequence[Round], rate: str) -> dict[str, float]:
    """The hub's rate by each other's in the same round, the median of all rounds."""
    others = [name for name in rounds[0] if name != "hub"]
    return {
        other: median(getattr(turn["hub"], rate) / getattr(turn[other], rate) for turn in rounds)
        for other in others
    }


def write_result(path: Path, result: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: machine, table, the parts of the hub's time."""
    machine, medians = result["machine"], result["medians"]
    parts = ", ".join(f"{name} {took:.1f} s" for name, took in medians["hub"]["parts"].items())
    rows = [_row(name, result) for name in medians]
    count = len(result["rounds"])
    return "\n".join(
        [
            f"{result['images']:,} JPEG of 1024x768, {result['bytes'] / result['images'] / 1e3:.0f}"
            f" kB on average; {count} round{'s' if count > 1 else ''}, the medians of them;"
            f" {result['measured_on']}.",
            f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
            f" {machine['kernel']}; {_versions(result['versions'])}.",
            "",
            "| | images/s | start, s | images/s with the start | hub / this | with the start"
            " | peak memory, GB |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"The hub's time: {parts}.",
        ]
    )


def _row(name: str, result: Mapping[str, Any]) -> str:
    medians = result["medians"][name]
    ratios = [result[kind].get(name) for kind in ("ratios", "ratios_with_start")]
    cells = [
        _NAMES[name].format(**result["versions"]),
        f"{medians['images_per_second']:.0f}",
        f"{medians['start_seconds']:.1f}" if medians["start_seconds"] else "",
        f"{medians['images_per_second_with_start']:.0f}",
        *(f"**{ratio:.2f}**" if ratio is not None else "" for ratio in ratios),
        f"{medians['peak_bytes'] / 1e9:.1f}" if medians["peak_bytes"] else "",
    ]
    return f"| {' | '.join(cells)} |"


def _versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())

"""The hash stage alone: from picture files to pairs of duplicates, beside imagededup and fastdup.

    BENCH_IMAGES=5000 BENCH_ROUNDS=3 BENCH_PHOTOS=folder python -m benchmarks.hashing

The rate is measured on the pictures of the ingest; precision and recall on photographs that were
judged by eye, which lie in BENCH_PHOTOS (docs/benchmarks.md says what has to be there). Without
them these are not measured.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.contender import Measured
from benchmarks.environments import make_environment, version_in
from benchmarks.judged import Judged
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.pictures import draw
from benchmarks.processes import BenchError, run
from benchmarks.report import sum_up, write_result

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "hashing.json"
_QUICK_RESULT = _HERE / "results" / "hashing-quick.json"
_IMAGES, _ROUNDS = 5000, 3
_PEERS, _OPTIONAL = ("imagededup", "fastdup"), ("fastdup",)
"""An optional one that cannot be installed or does not see every picture is left out, and why."""
_NAMES = {
    "hub": "hub: one decode, all its hashes, search and comparison",
    "imagededup": "imagededup {imagededup}, PHash",
    "fastdup": "fastdup {fastdup}",
}

Command = tuple[Sequence[str], Mapping[str, str]]
"""What to run, and in which environment."""


def measure(
    *, images: int, rounds: int, photos: Path | None, environ: Mapping[str, str]
) -> dict[str, Any]:
    """Let every contender hash the same pictures once a round, then the photographs once.

    Raises BenchError if one of them does not see every picture.
    """
    work = _HERE / "work"
    work.mkdir(exist_ok=True)
    pictures = draw(work, images=images)
    say("the peers: their environments, made once")
    commands, versions, left_out = _contenders(work, environ)
    turns = []
    for number in range(1, rounds + 1):
        done = {}
        for name in list(commands) if number % 2 else list(reversed(commands)):
            try:
                done[name] = _turn(work, name, commands[name], pictures.folder, images=images)
            except BenchError as error:
                _leave_out(name, error, left_out, why="it did not see every picture")
                del commands[name]
                continue
            say(f"round {number}: {name}: {done[name].rate:.0f} images/s")
        turns.append(done)
    turns = [{name: done[name] for name in commands} for done in turns]
    return {
        "benchmark": "hashing",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions() | versions,
        "images": images,
        "bytes": pictures.total_bytes,
        **sum_up(turns),
        "left_out": left_out,
        "judged": _judge(work, commands, photos, left_out) if photos else None,
    }


def _contenders(
    work: Path, environ: Mapping[str, str]
) -> tuple[dict[str, Command], dict[str, str], dict[str, str]]:
    """Return how each is run, the versions of the peers, and why any is left out."""
    commands: dict[str, Command] = {
        "hub": ([sys.executable, "-m", "benchmarks.hub_hashes"], environ)
    }
    versions: dict[str, str] = {}
    left_out: dict[str, str] = {}
    quiet = {**environ, "SENTRY_OPT_OUT": "1", "TQDM_DISABLE": "1"}
    for name in _PEERS:
        try:
            python = make_environment(work, name, environ=environ)
        except BenchError as error:
            _leave_out(name, error, left_out, why="its environment could not be made by pip")
            continue
        commands[name] = ([str(python), "-m", f"benchmarks.peers.{name}_hashes"], quiet)
        versions |= version_in(python, name, environ=environ, log=work / "version.log")
    return commands, versions, left_out


def _leave_out(name: str, error: BenchError, left_out: dict[str, str], *, why: str) -> None:
    """Note why an optional contender is left out; raise the error of any other.

    What it said is told and not kept: it may name places of this machine.
    """
    if name not in _OPTIONAL:
        raise error
    left_out[name] = why
    say(f"{name} is left out: {why}: {error}")


def _turn(work: Path, name: str, command: Command, folder: Path, *, images: int) -> Measured:
    arguments, environ = command
    out, log = work / f"{name}-pairs.json", work / f"{name}-hashes.log"
    ran = run([*arguments, str(folder), str(out)], environ=environ, log=log)
    try:
        seen = json.loads(out.read_text())["pictures"]
        told = json.loads(ran.output.splitlines()[-1])
    except (OSError, ValueError, LookupError) as error:
        raise BenchError(f"{name} told nothing that can be read: {error}") from error
    if seen != images:
        raise BenchError(f"{name} saw {seen} of {images} pictures")
    parts = tuple((part, told[part]) for part in ("encode", "search"))
    seconds = told["encode"] + told["search"]
    return Measured(images, seconds, told["start"], ran.peak_bytes, parts)


def _judge(
    work: Path, commands: Mapping[str, Command], photos: Path, left_out: dict[str, str]
) -> dict[str, Any]:
    """Score what each finds among the photographs, at each of its settings."""
    judged, scores = Judged(photos), {}
    for name, (arguments, environ) in commands.items():
        out, log = work / f"{name}-photos.json", work / f"{name}-hashes.log"
        try:
            run([*arguments, str(photos), str(out)], environ=environ, log=log)
        except BenchError as error:
            _leave_out(name, error, left_out, why="it failed on the photographs")
            continue
        told = json.loads(out.read_text())
        scores[name] = {"photographs": told["pictures"], "settings": {}}
        for setting, pairs in told["found"].items():
            score = judged.score((one, other) for one, other in pairs)
            rates = {"recall": score.recall, "precision": score.precision}
            scores[name]["settings"][setting] = asdict(score) | rates
    return scores


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: the rates, then the scores."""
    machine, rounds = result["machine"], len(result["rounds"])
    judged = result["judged"]
    return "\n".join(
        [
            f"{result['images']:,} JPEG of 1024x768; medians of {rounds} rounds;"
            f" {result['measured_on']}; {machine['processor']}, {machine['cores']} cores.",
            "",
            "| | images/s | hub / this | encode, s | search, s | start, s | peak memory, GB |",
            "|---|---|---|---|---|---|---|",
            *(_row(name, result) for name in result["medians"]),
            "",
            *(f"{name} is left out: {why}\n" for name, why in result["left_out"].items()),
            *(_scores(judged, result["versions"]) if judged else [_NOT_JUDGED]),
        ]
    )


_NOT_JUDGED = "Precision and recall: not measured, for want of judged photographs (BENCH_PHOTOS)."


def _row(name: str, result: Mapping[str, Any]) -> str:
    medians, ratio = result["medians"][name], result["ratios"].get(name)
    cells = [
        _NAMES[name].format(**result["versions"]),
        f"{medians['images_per_second']:.0f}",
        f"**{ratio:.2f}**" if ratio is not None else "",
        f"{medians['parts']['encode']:.1f}",
        f"{medians['parts']['search']:.1f}",
        f"{medians['start_seconds']:.1f}" if medians["start_seconds"] else "",
        f"{medians['peak_bytes'] / 1e9:.1f}" if medians["peak_bytes"] else "",
    ]
    return f"| {' | '.join(cells)} |"


def _scores(judged: Mapping[str, Any], versions: Mapping[str, str]) -> list[str]:
    rows = [
        f"| {' '.join(filter(None, (name, versions.get(name))))}, {setting} | {score['recall']:.3f}"
        f" | {score['precision']:.3f} | {score['found']} of {score['duplicates']}"
        f" | {score['merged']} of {score['look_alikes']} | {score['wrong']} |"
        for name, told in judged.items()
        for setting, score in told["settings"].items()
    ]
    return [
        "| on judged photographs | recall | precision | duplicates found | look-alikes merged"
        " | wrong pairs |",
        "|---|---|---|---|---|---|",
        *rows,
    ]


def main() -> None:
    """Measure, write results/hashing.json (of a whole run) and print the tables."""
    try:
        images = count(os.environ, "BENCH_IMAGES", default=_IMAGES)
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        photos = Path(os.environ["BENCH_PHOTOS"]) if os.environ.get("BENCH_PHOTOS") else None
        result = measure(images=images, rounds=rounds, photos=photos, environ=os.environ)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    if images >= _IMAGES and rounds >= _ROUNDS:
        write_result(_RESULT, result)
        write_table("hashing", lay_out(result))
    else:
        write_result(_QUICK_RESULT, result)
    print(lay_out(result))


if __name__ == "__main__":
    main()

"""Simulates a crowd into a folder: plans, draws on all cores, writes the truth."""

import json
import multiprocessing
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from itertools import chain
from pathlib import Path

from cluster.simulation.crowd import plan
from cluster.simulation.developing import Job, Size, develop
from cluster.simulation.habits import Habits
from cluster.simulation.objects import SUBJECTS
from cluster.simulation.shots import Shot
from cluster.simulation.truth import Truth, read_truth, tell, write_submission, write_truth

Done = dict[int, str]
Track = Callable[[Iterable[tuple[int, str]], int], Iterable[tuple[int, str]]]
"""Is handed the files as they are written, by number and sha256, and how many will be."""

# Grows whenever the same seed would give other bytes.
DRAWING = 3
_SETTINGS_JSON = "simulation.json"
# Fewer pictures than this are drawn faster than processes start.
_WORTH_PROCESSES = 40


def simulate(
    folder: Path,
    *,
    images: int,
    labels: Sequence[str],
    seed: int,
    size: Size | None = None,
    habits: Habits | None = None,
    processes: int | None = None,
    progress: Track | None = None,
) -> Truth:
    """Bring `folder` to exactly these files, submit.csv and truth.csv; draw only what lacks.

    The same arguments give the same bytes, whatever the number of processes (default: one a
    core). Raises ValueError for a folder that holds something else, or shares that leave nothing.
    """
    habits = habits or Habits()
    settings = {
        "drawing": DRAWING,
        "images": images,
        "labels": list(labels),
        "seed": seed,
        "size": list(size) if size else None,
        **asdict(habits),
    }
    _claim(folder, settings)
    shots = plan(images, labels=labels, seed=seed, habits=habits)
    known = _intact(folder)
    jobs = list(_jobs(folder, shots, known, seed=seed, size=size))
    sha256s = dict(known)
    with _workers(processes or os.cpu_count() or 1, len(jobs)) as run:
        drawn = chain.from_iterable(written.items() for written in run(jobs))
        files = sum(1 + len(job.copies) for job in jobs)
        sha256s.update(progress(drawn, files) if progress and jobs else drawn)
    truth = Truth(folder, tuple(tell(shots, sha256s=sha256s)))
    write_submission(folder, shots)
    write_truth(truth)
    return truth


def first_labels(count: int) -> list[str]:
    """The first so many labels that can be drawn. Raises ValueError if there are not as many."""
    if not 1 <= count <= len(SUBJECTS):
        raise ValueError(f"{count} labels are asked for; from 1 to {len(SUBJECTS)} can be drawn")
    return [subject.label for subject in SUBJECTS[:count]]


def _claim(folder: Path, settings: Mapping[str, object]) -> None:
    """Mark the folder with what is simulated in it, or check that it is the same."""
    mark = folder / _SETTINGS_JSON
    wanted = json.dumps(settings, indent=2) + "\n"
    if mark.exists():
        if mark.read_text(encoding="utf-8") != wanted:
            raise ValueError(
                f"{folder} holds another simulation; name another folder, or remove this one"
            )
        return
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} holds something else; name an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(wanted, encoding="utf-8")


def _intact(folder: Path) -> Done:
    """The files of an earlier run that still have the bytes it wrote, by number."""
    if not (folder / "truth.csv").exists():
        return {}
    return {
        row.number: row.sha256
        for row in read_truth(folder).rows
        if _has_bytes(folder / row.path, row.sha256)
    }


def _has_bytes(path: Path, expected: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == expected


def _jobs(
    folder: Path, shots: Sequence[Shot], known: Done, *, seed: int, size: Size | None
) -> Iterator[Job]:
    copies: dict[int, list[Shot]] = defaultdict(list)
    for shot in shots:
        if shot.of is not None and shot.is_copy:
            copies[shot.of].append(shot)
    for shot in shots:
        family = (shot, *copies[shot.number])
        if not shot.is_copy and any(member.number not in known for member in family):
            yield Job(folder, seed, size, shot, family[1:])


@contextmanager
def _workers(processes: int, jobs: int) -> Iterator[Callable[[Sequence[Job]], Iterable[Done]]]:
    if processes == 1 or jobs < _WORTH_PROCESSES:
        yield lambda work: map(develop, work)
        return
    # Spawned, not forked: the caller may have threads, and a fork would copy their locks.
    # Ctrl-C reaches them too: the caller ends them, and says so once.
    quiet = (signal.SIGINT, signal.SIG_IGN)
    spawning = multiprocessing.get_context("spawn")
    with spawning.Pool(min(processes, jobs), signal.signal, quiet) as pool:
        yield lambda work: pool.imap_unordered(develop, work, chunksize=4)

"""Receives what suppliers submit: first the bytes, then a receipt in one transaction."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.db import OpenDb
from hub.errors import SubmitError
from hub.objects.local import Objects
from hub.rules.labels import fold_name
from hub.rules.submission_csv import parse_csv
from hub.rules.submissions import Defaults, Refusal, Row, refusal, refuse_repeats
from hub.services.folders import find_files
from hub.services.known_labels import KnownLabels
from hub.services.landing import Landed, Track, Unread, land_files, untracked
from hub.services.receipts import LandedRow, ReceiptTaken, Taken, register


@dataclass(frozen=True, slots=True)
class Intake:
    """Where submissions go, and what bounds them."""

    open_db: OpenDb
    objects: Objects
    max_bytes: int
    track: Track = untracked
    """Is handed the files as they land, and their number, and hands them on."""


def submit_paths(
    intake: Intake, paths: Sequence[str], *, labels: Sequence[str] = (), defaults: Defaults
) -> list[ReceiptTaken]:
    """Receive files and folders, each under every label; without labels, its folder's name.

    Raises SubmitError if a file is named and no label; else as `submit`.
    """
    rows = find_files(paths, labels, defaults=defaults)
    return submit(intake, rows, are_folders=not labels)


def submit_csv(intake: Intake, csv_path: str | Path, *, defaults: Defaults) -> list[ReceiptTaken]:
    """Receive the files that a CSV lists, by paths from the folder it lies in.

    Raises as `read_csv` and `submit` do.
    """
    rows = read_csv(csv_path, defaults=defaults)
    return submit(intake, rows, folder=os.path.dirname(csv_path))


def read_csv(csv_path: str | Path, *, defaults: Defaults) -> list[Row | Refusal]:
    """Read what a CSV says of files. Raises SubmitError if it cannot be read or has no header."""
    try:
        # Odd bytes are kept: a file's name need not be UTF-8.
        with open(csv_path, encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            return list(parse_csv(lines, defaults=defaults))
    except OSError as error:
        raise SubmitError(
            f"The CSV {str(csv_path)!a} cannot be read: {error.strerror}. Check the path."
        ) from error


def submit(
    intake: Intake,
    rows: Iterable[Row | Refusal],
    *,
    folder: str | Path = "",
    are_folders: bool = False,
) -> list[ReceiptTaken]:
    """Receive rows whose paths are relative to `folder`; return one receipt a supplier, by name.

    `are_folders` says that the labels are the names of the folders that the files lie in.
    A row that cannot be received is refused in its place and the rest goes on. No transaction is
    open while files are copied. Dying at any point leaves receipts whole or absent: run again.
    Raises StorageError, or DatabaseUnavailable, with nothing lost.
    """
    with intake.open_db() as db:
        labels = KnownLabels.load(db, are_folders=are_folders)
    taken: dict[str, Taken] = defaultdict(Taken)
    wanted = list(_sort_out(rows, labels, taken))
    landed = _land(intake, (os.path.join(folder, row.path) for row in wanted))
    for row in wanted:
        file = landed[os.path.join(folder, row.path)]
        if isinstance(file, Unread):
            taken[row.supplier].refused.append(refusal(row, file.reason, file.message))
        else:
            taken[row.supplier].files.append(LandedRow(row, labels.ids[fold_name(row.label)], file))
    return [
        register(intake.open_db, name, taken=taken[name], labels=labels) for name in sorted(taken)
    ]


def _sort_out(
    rows: Iterable[Row | Refusal], labels: KnownLabels, taken: Mapping[str, Taken]
) -> Iterator[Row]:
    """Yield the rows to read; put the others with their suppliers' refusals."""
    for row in refuse_repeats(map(labels.refuse_unknown, rows), labels.ids):
        if isinstance(row, Refusal):
            taken[row.supplier].refused.append(row)
        else:
            yield row


def _land(intake: Intake, paths: Iterable[str]) -> dict[str, Landed | Unread]:
    # Each file is opened once, under however many labels it comes.
    once = list(dict.fromkeys(paths))
    intake.objects.remove_stale()
    landing = land_files(once, intake.objects, max_bytes=intake.max_bytes)
    landed = {file.path: file for file in intake.track(landing, len(once))}
    if any(isinstance(file, Landed) for file in landed.values()):
        # The bytes are on disk before a receipt promises that they are.
        intake.objects.sync()
    return landed

"""Finds the files of the paths that a supplier names: files as they stand, folders walked."""

import os
from collections.abc import Iterable, Iterator, Sequence

from hub.errors import SubmitError
from hub.rules.submissions import Defaults, Malformed, Refusal, Row, make_row


def find_files(
    paths: Iterable[str], labels: Sequence[str], *, defaults: Defaults
) -> Iterator[Row | Refusal]:
    """Yield a row for each file and label; without labels, that of the folder the file lies in.

    Folders are walked in the order of their names; hidden files and symbolic links in them are
    refused, not followed. Raises SubmitError if a file is named and no label.
    """
    for path in paths:
        # Not followed by a folder's rules: a path that is given may be a link.
        if os.path.isdir(path):
            yield from _walk(path, labels, defaults)
        elif labels:
            yield from _rows(path, labels, defaults)
        else:
            raise SubmitError(f"{path!a} is not a folder: say what it shows by --label.")


def _walk(folder: str, labels: Sequence[str], defaults: Defaults) -> Iterator[Row | Refusal]:
    own = labels or [os.path.basename(os.path.abspath(folder))]
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        message = f"{(error.strerror or 'it cannot be read').lower()}; check its permissions"
        yield from _refuse(folder, own, defaults, reason="unreadable", message=message)
        return
    for entry in found:
        path = os.path.join(folder, entry.name)
        if entry.name.startswith("."):
            message = "its name begins with a dot; name the file itself if it is meant"
            yield from _refuse(path, own, defaults, reason="hidden", message=message)
        elif entry.is_symlink():
            message = "links in a folder are not followed; name what it points to"
            yield from _refuse(path, own, defaults, reason="not_a_file", message=message)
        elif entry.is_dir():
            yield from _walk(path, labels, defaults)
        else:
            yield from _rows(path, own, defaults)


def _rows(path: str, labels: Sequence[str], defaults: Defaults) -> Iterator[Row | Refusal]:
    for label in labels:
        try:
            yield make_row(path, label, defaults=defaults)
        except Malformed as error:
            yield Refusal(path, label, defaults.supplier, error.reason, str(error))


def _refuse(
    path: str, labels: Sequence[str], defaults: Defaults, *, reason: str, message: str
) -> Iterator[Refusal]:
    for label in labels:
        yield Refusal(path, label, defaults.supplier, reason, message)

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
        if os.path.isdir(path):
            yield from _walk(path, labels, defaults)
        elif labels:
            yield from _rows(path, labels, defaults)
        else:
            raise SubmitError(f"{path!a} is not a folder: say what it shows by --label.")


def _walk(folder: str, labels: Sequence[str], defaults: Defaults) -> Iterator[Row | Refusal]:
    # A stack of our own: folders can be nested deeper than Python recurses.
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        own = labels or [os.path.basename(os.path.dirname(os.path.abspath(path)))]
        try:
            if path != folder:
                _check_found(path)
            inside = _list_inside(path) if os.path.isdir(path) else None
        except Malformed as error:
            yield from (_refuse(path, label, defaults, error) for label in own)
            continue
        if inside is None:
            yield from _rows(path, own, defaults)
        else:
            waiting.extend(inside)


def _check_found(path: str) -> None:
    if os.path.basename(path).startswith("."):
        message = "its name begins with a dot; name the file itself if it is meant"
        raise Malformed(message, reason="hidden")
    if os.path.islink(path):
        message = "links in a folder are not followed; name what it points to"
        raise Malformed(message, reason="not_a_file")


def _list_inside(folder: str) -> list[str]:
    """Return the paths in a folder, the last name first."""
    try:
        names = sorted(os.listdir(folder), key=os.fsencode, reverse=True)
    except OSError as error:
        message = f"{(error.strerror or 'unreadable').lower()}; check the folder's permissions"
        raise Malformed(message, reason="unreadable") from error
    return [os.path.join(folder, name) for name in names]


def _rows(path: str, labels: Sequence[str], defaults: Defaults) -> Iterator[Row | Refusal]:
    for label in labels:
        try:
            yield make_row(path, label, defaults=defaults)
        except Malformed as error:
            yield _refuse(path, label, defaults, error)


def _refuse(path: str, label: str, defaults: Defaults, error: Malformed) -> Refusal:
    return Refusal(path, label, defaults.supplier, error.reason, str(error))

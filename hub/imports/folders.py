"""Folders of pictures: files found in them, by name or by walking, and nothing outside of them."""

import os
import stat
from collections.abc import Iterator, Sequence

from hub.imports.found import FormatError, Notes, Unusable
from hub.rules.submissions import Malformed

# Pictures and what may be taken for some: what the hub does not take is refused with its reason.
_ENDINGS = frozenset(
    [
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"),
        *(".heic", ".heif", ".avif", ".jp2", ".jxl", ".ico", ".psd"),
    ]
)


class Folder:
    """A folder that is read from; nothing outside of it ever is."""

    def __init__(self, root: str) -> None:
        """Raises FormatError if there is no such folder."""
        if not os.path.isdir(root):
            raise FormatError(f"There is no folder {root!a}; check the path.")
        self.root = root

    def find(self, name: str) -> str:
        """Return the path of a file by its name in the folder, `/` between the parts.

        Raises Malformed if it leads out of the folder or there is none: reasons `outside`,
        `not_a_file` for a link on the way, `unreadable`.
        """
        if not _is_inside(name):
            message = f"{name[:80]!a} leads out of the folder {self.root!a}; name a file inside"
            raise Malformed(message, reason="outside")
        place = self.root
        for part in name.split("/"):
            place = os.path.join(place, part)
            _require_no_link(place)
        return place

    def find_first(self, names: Sequence[str]) -> str:
        """Return the path of the first of these names that is there.

        Raises Malformed as `find` does, of the first name if none is there.
        """
        for name in names:
            if _is_inside(name) and os.path.lexists(os.path.join(self.root, name)):
                return self.find(name)
        return self.find(names[0])

    def find_key(self, key: str) -> str:
        """Return the path of a file by an object's key, or by the longest end of it that is there.

        Raises Malformed as `find` does.
        """
        parts = [part for part in key.split("/") if part]
        ends = ["/".join(parts[start:]) for start in range(len(parts))]
        return self.find(key) if ".." in parts else self.find_first(ends or [key])

    def walk(self, notes: Notes) -> Iterator[str | Unusable]:
        """Yield the names of pictures by their endings, in order; links are refused.

        Hidden files and those of other endings are noted.
        """
        # A stack of our own: folders can be nested deeper than Python recurses.
        waiting = [""]
        while waiting:
            name = waiting.pop()
            place = os.path.join(self.root, name) if name else self.root
            if os.path.basename(name).startswith("."):
                notes.add("files and folders whose name begins with a dot were passed over", name)
                continue
            try:
                if name:
                    _require_no_link(place)
                inside = sorted(os.listdir(place), key=os.fsencode, reverse=True)
                waiting.extend(os.path.join(name, each) for each in inside)
            except NotADirectoryError:
                if os.path.splitext(name)[1].lower() in _ENDINGS:
                    yield name
                else:
                    notes.add("files of other kinds were passed over", name)
            except Malformed as error:
                yield Unusable(place, "", error.reason, str(error))
            except OSError as error:
                message = f"{(error.strerror or 'unreadable').lower()}; check the permissions"
                yield Unusable(place, "", "unreadable", message)

    def list_files(self, *endings: str, deep: int = 2) -> list[str]:
        """Return the paths of files with one of the endings, down to so many folders below."""
        found = []
        for place, folders, files in os.walk(self.root):
            level = 0 if place == self.root else os.path.relpath(place, self.root).count(os.sep) + 1
            shown = [one for one in folders if not one.startswith(".")]
            folders[:] = sorted(shown) if level < deep else []
            paths = [os.path.join(place, name) for name in sorted(files)]
            found += [one for one in paths if one.lower().endswith(endings) and _is_plain(one)]
        return found


def _is_inside(name: str) -> bool:
    is_absolute = not name or name.startswith("/")
    return not is_absolute and ".." not in name.split("/") and "\0" not in name


def _is_plain(path: str) -> bool:
    is_hidden = os.path.basename(path).startswith(".")
    return not is_hidden and stat.S_ISREG(os.lstat(path).st_mode)


def _require_no_link(place: str) -> None:
    try:
        mode = os.lstat(place).st_mode
    except (OSError, ValueError) as error:
        # Half of a surrogate pair is in no file's name, and no argument of the system's calls.
        reason = getattr(error, "strerror", None) or "no file has such a name"
        message = f"{reason.lower()}; check the path and its permissions"
        raise Malformed(message, reason="unreadable") from error
    if stat.S_ISLNK(mode):
        message = "links in a folder are not followed; name what it points to"
        raise Malformed(message, reason="not_a_file")

"""What is kept beside a manifest so that its archive begins at once, whatever its length.

A plan holds the ids, sizes and checksums of the pictures as columns to map into memory; the tables
of the download are objects beside it. All of it follows from the manifest, and is made again where
it is not there.
"""

import json
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hub.errors import LockError, StorageError
from hub.exports.tables import ATTRIBUTION, LABELS, TABLES, write_tables
from hub.lake.locating import Asked
from hub.objects.local import Objects
from hub.rules.locks import Lock
from hub.rules.manifests import EXTENSIONS, Picture, Tally
from hub.rules.recipes import make_recipe
from hub.services.manifests import manifest_key, open_lines, stream_pictures

_VERSION = 1
"""Of the tables, and of how a plan is kept: one of another version is made beside it."""
FORMATS = tuple(sorted(EXTENSIONS))
_DIGEST = 32


@dataclass(frozen=True)
class Table:
    """A file beside the pictures."""

    name: str
    size_bytes: int
    crc32: int


@dataclass(frozen=True)
class Plan:
    """The members of an archive: its pictures by image_id, a row each, and then its tables."""

    pictures: Asked
    crc32s: npt.NDArray[np.uint32]
    formats: npt.NDArray[np.uint8]
    """Numbers of `FORMATS`."""
    tables: tuple[Table, ...]


def plan_key(root: str, name: str = "plan") -> str:
    """Name the object of an archive's plan, or of one of its tables."""
    return f"archives/{_VERSION}/{root}/{name}"


def load_plan(objects: Objects, root: str, *, lock: Lock | None = None) -> Plan:
    """Map the plan of a kept manifest, made first if it is not there.

    A manifest of format 1 needs its lock for that, which alone has the recipe. Raises as `prepare`
    does.
    """
    try:
        return _read_plan(objects, root)
    except (OSError, pa.ArrowException, ValueError, KeyError):
        prepare(objects, lock or _lock_of(objects, root))
        return _read_plan(objects, root)


def prepare(objects: Objects, lock: Lock) -> None:
    """Make the plan and the tables of a manifest that is kept; the same objects every time.

    One pass over the manifest; memory: 50 bytes a picture. Raises LockError if the manifest was
    changed, StorageError if the objects' folder does not take them.
    """
    columns = _Columns()
    try:
        with ExitStack() as opened:
            long = {name: _Incoming(opened, objects) for name in (LABELS, ATTRIBUTION)}
            short = write_tables(
                columns.gather(stream_pictures(objects, lock.root)),
                lock,
                labels=long[LABELS].write,
                attribution=long[ATTRIBUTION].write,
            )
            for name, content in short.items():
                long[name] = _Incoming(opened, objects)
                long[name].write(content)
            tables = [long[name].keep(lock.root, name) for name in TABLES]
            plan = _Incoming(opened, objects)
            _write_plan(columns, tables, plan.file)
            # Last: where there is a plan, there is all that it speaks of.
            plan.keep(lock.root, "plan")
    except OSError as error:
        raise StorageError(
            f"The objects' folder does not take the archive's tables ({error.strerror}): make room"
            " or open it, and run the same command again."
        ) from error


def _lock_of(objects: Objects, root: str) -> Lock:
    """Tell the lock of a manifest from the manifest alone."""
    if not objects.exists(manifest_key(root)):
        raise LockError(f"This hub does not have the manifest {root}; `hub subset list` names all.")
    with open_lines(objects, root) as lines:
        head = json.loads(lines.readline())
    if "recipe" not in head:
        raise LockError(
            f"The manifest {root} is of an earlier release and has no recipe in it: bring its"
            " subset up to date with `hub subset update`, and download that."
        )
    tally = Tally()
    for picture in stream_pictures(objects, root):
        tally.add(picture)
    held = tally.summary(root)
    recipe = make_recipe(head["recipe"], where=f"The manifest {root}")
    return Lock(root, held.images, held.bytes, recipe)


class _Incoming:
    """An object in the making, with its size and checksum."""

    def __init__(self, opened: ExitStack, objects: Objects) -> None:
        self._objects = objects
        self.file: BinaryIO = opened.enter_context(objects.incoming())
        self._size = self._crc32 = 0

    def write(self, content: bytes) -> None:
        self.file.write(content)
        self._size += len(content)
        self._crc32 = zlib.crc32(content, self._crc32)

    def keep(self, root: str, name: str) -> Table:
        self._objects.accept(self.file, plan_key(root, name))
        return Table(name, self._size, self._crc32)


class _Columns:
    """What an archive must know of each picture."""

    def __init__(self) -> None:
        self._digests = bytearray()
        self._sizes, self._crc32s = array("q"), array("L")
        self._formats, self._keys = bytearray(), array("L")
        self._numbers: dict[str, int] = {}

    def gather(self, pictures: Iterable[Picture]) -> Iterator[Picture]:
        """Yield pictures on, and keep what is needed of them."""
        for one in pictures:
            self._digests += bytes.fromhex(one.image_id)
            self._sizes.append(one.size_bytes)
            self._crc32s.append(one.crc32)
            self._formats.append(FORMATS.index(one.format))
            self._keys.append(self._numbers.setdefault(one.label_key, len(self._numbers)))
            yield one

    def table(self) -> tuple[pa.Table, list[str]]:
        """Return them as columns, and the label keys in their order."""
        keys = sorted(self._numbers)
        order = np.empty(len(keys), dtype=np.uint32)
        order[[self._numbers[key] for key in keys]] = np.arange(len(keys), dtype=np.uint32)
        digests = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(_DIGEST), len(self._sizes), [None, pa.py_buffer(bytes(self._digests))]
        )
        columns = {
            "image_id": digests,
            "size_bytes": np.array(self._sizes, dtype=np.int64),
            "crc32": np.array(self._crc32s, dtype=np.uint32),
            "format": np.array(self._formats, dtype=np.uint8),
            "key_number": order[np.array(self._keys, dtype=np.int64)],
        }
        return pa.table(columns), keys


def _write_plan(columns: _Columns, tables: Sequence[Table], out: BinaryIO) -> None:
    table, keys = columns.table()
    said = {"label_keys": json.dumps(keys), "tables": json.dumps([*map(asdict, tables)])}
    marked = table.replace_schema_metadata(said)
    with pa.ipc.new_file(out, marked.schema) as file:
        # One piece: it is mapped as it lies.
        file.write_table(marked, max_chunksize=max(1, marked.num_rows))


def _read_plan(objects: Objects, root: str) -> Plan:
    # Mapped: what is read of it is what is asked for.
    path = str(objects.path(plan_key(root)))
    with pa.memory_map(path) as source, pa.ipc.open_file(source) as file:
        table = file.read_all().combine_chunks()
    said = table.schema.metadata
    columns = {name: table[name].chunk(0) for name in table.column_names}
    numbers = {name: column.to_numpy() for name, column in columns.items() if name != "image_id"}
    digests = np.frombuffer(
        columns["image_id"].buffers()[1], dtype=f"S{_DIGEST}", count=table.num_rows
    )
    asked = Asked(
        digests, numbers["size_bytes"], numbers["key_number"], json.loads(said[b"label_keys"])
    )
    tables = tuple(Table(**one) for one in json.loads(said[b"tables"]))
    return Plan(asked, numbers["crc32"], numbers["format"], tables)

"""The checks of hostile files behind the guard: for a batch, for one upload, for a test."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from hashlib import sha256
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hub.guarded import Bounds, Died, Guard, GuardError
from hub.objects.local import Objects
from hub.rules.checking import Checked, Limits, check
from hub.rules.landing import landing_key

_LENGTH_BYTES = 4
_MISSING, _ALTERED = b"missing", b"altered"


class LandingError(Exception):
    """The landing file of that sha256 is 'missing', or was 'altered' since it was received."""

    def __init__(self, digest: str, state: str) -> None:
        super().__init__(f"object {landing_key(digest)} is {state}")
        self.digest = digest
        self.state = state


class UploadJudge:
    """Judges contents, whose bytes cross to the child."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def check(self, content: bytes) -> Checked:
        """Return what `check` finds, or the reason why it could not be run to its end."""
        return _checked(self._guard.run(content))


class LandedJudge:
    """Judges landing files, which the child reads itself."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def check_all(self, digests: Iterable[str]) -> Iterator[Checked]:
        """Yield the outcome for each sha256, in order; equal ones are not told apart.

        Raises LandingError at the first that is not there, or not what was received.
        """
        asked: list[str] = []
        answers = self._guard.map(_noted(digests, asked))
        for number, answer in enumerate(answers):
            if answer in (_MISSING, _ALTERED):
                answers.close()
                raise LandingError(asked[number], answer.decode())
            yield _checked(answer)


@contextmanager
def judge_uploads(limits: Limits, *, bounds: Bounds) -> Iterator[UploadJudge]:
    """Keep a child ready for single uploads."""
    with Guard(check_content, bounds=bounds, limits=_order(limits)) as guard:
        yield UploadJudge(guard)


@contextmanager
def judge_landed(objects_root: str, *, limits: Limits, bounds: Bounds) -> Iterator[LandedJudge]:
    """Keep a child at work on a batch's landing files."""
    with Guard(
        check_landed, bounds=bounds, objects_root=objects_root, limits=_order(limits)
    ) as guard:
        yield LandedJudge(guard)


def check_content(content: bytes, *, limits: dict[str, Any]) -> bytes:
    """Check a file in the child."""
    return encode(check(content, limits=_limits(limits)))


def check_landed(digest: bytes, *, objects_root: str, limits: dict[str, Any]) -> bytes:
    """Check a landing file, named by its sha256 in hexadecimal, in the child."""
    try:
        content = Objects(objects_root).get(landing_key(digest.decode()))
    except FileNotFoundError:
        return _MISSING
    if sha256(content).hexdigest() != digest.decode():
        return _ALTERED
    return check_content(content, limits=limits)


def _order(limits: Limits) -> dict[str, Any]:
    """Return limits plain for JSON: a set as a sorted list."""
    plain = asdict(limits)
    return {n: sorted(v) if isinstance(v, frozenset) else v for n, v in plain.items()}


def _limits(order: dict[str, Any]) -> Limits:
    values: dict[str, Any] = {
        n: frozenset(v) if isinstance(v, list) else v for n, v in order.items()
    }
    return Limits(**values)


def encode(checked: Checked) -> bytes:
    """Return a plain form: length of a JSON object (4 bytes), the object, byte strings behind it.

    The object names the fields that are not None; a byte string is there by its length.
    """
    plain: dict[str, object] = {}
    blobs = []
    for field in fields(checked):
        value = getattr(checked, field.name)
        if isinstance(value, bytes):
            blobs.append(value)
            plain[field.name] = len(value)
        elif value is not None:
            plain[field.name] = value.isoformat() if isinstance(value, datetime) else value
    header = json.dumps(plain).encode()
    return b"".join([len(header).to_bytes(_LENGTH_BYTES), header, *blobs])


def decode(encoded: bytes) -> Checked:
    """Return what was encoded. Raises ValueError for anything that `encode` does not write."""
    end = _LENGTH_BYTES + int.from_bytes(encoded[:_LENGTH_BYTES])
    header = json.loads(encoded[_LENGTH_BYTES:end])
    if not isinstance(header, dict):
        raise ValueError("not the object of a check's outcome")
    values: dict[str, Any] = {}
    for name, plain in header.items():
        kind = _KINDS.get(name)
        if kind is bytes and type(plain) is int and 0 <= plain <= len(encoded) - end:
            values[name] = encoded[end : end + plain]
            end += plain
        elif kind is datetime and type(plain) is str:
            values[name] = datetime.fromisoformat(plain)
        elif kind is tuple and type(plain) is list:
            values[name] = tuple(plain)
        elif kind is not None and type(plain) is kind:
            values[name] = plain
        else:
            raise ValueError(f"{name} is not of a check's outcome")
    if end != len(encoded):
        raise ValueError("more bytes than a check's outcome has")
    return Checked(**({"reason": None} | values))


def _kinds() -> dict[str, type]:
    """Return the type of each field, without None and without what a list holds."""
    kinds = {}
    for name, hint in get_type_hints(Checked).items():
        some = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        kind = next(each for each in some if each is not type(None))
        kinds[name] = get_origin(kind) or kind
    return kinds


_KINDS = _kinds()


def _noted(digests: Iterable[str], asked: list[str]) -> Iterator[bytes]:
    for digest in digests:
        asked.append(digest)
        yield digest.encode()


def _checked(answer: bytes | Died) -> Checked:
    if isinstance(answer, Died):
        return Checked(reason=answer.reason.value)
    try:
        return decode(answer)
    except ValueError as error:
        raise GuardError(f"The process that decodes pictures answers wrongly: {error}.") from error

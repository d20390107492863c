"""Writes tf.train.Example records without TensorFlow.

Sources: https://www.tensorflow.org/tutorials/load_data/tfrecord (framing and mask),
tensorflow/core/example/{example,feature}.proto (fields),
https://protobuf.dev/programming-guides/encoding/ (wire format). Fields come in the order given, so
equal examples are equal bytes, which protobuf's own maps do not promise.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import google_crc32c

Feature: TypeAlias = Sequence[bytes] | Sequence[int] | Sequence[float]
"""Values of one kind; an empty list has none."""

_MASK = 0xA282EAD8
_LENGTH_DELIMITED = 2
# Fields of tf.train.Feature.
_BYTES_LIST, _FLOAT_LIST, _INT64_LIST = 1, 2, 3


def record(example: bytes) -> list[bytes]:
    """Return an example as it stands in a TFRecord file."""
    length = struct.pack("<Q", len(example))
    return [length, _masked_crc(length), example, _masked_crc(example)]


def _masked_crc(data: bytes) -> bytes:
    crc = google_crc32c.value(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF)


def encode_example(features: Mapping[str, Feature]) -> bytes:
    """Return a tf.train.Example; whole numbers are at least 0."""
    entries = (
        _field(1, _field(1, name.encode()) + _field(2, _feature(values)))
        for name, values in features.items()
    )
    return _field(1, b"".join(entries))


def _feature(values: Feature) -> bytes:
    first = next(iter(values), None)
    if isinstance(first, bytes):
        return _field(_BYTES_LIST, b"".join(_field(1, value) for value in values))  # type: ignore[arg-type]
    if isinstance(first, float):
        return _field(_FLOAT_LIST, _field(1, struct.pack(f"<{len(values)}f", *values)))
    if isinstance(first, int):
        return _field(_INT64_LIST, _field(1, _varints(values)))  # type: ignore[arg-type]
    return b""


def _varints(values: Iterable[int]) -> bytes:
    return b"".join(map(_varint, values))


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | _LENGTH_DELIMITED) + _varint(len(payload)) + payload


def _varint(value: int) -> bytes:
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    digits.append(value)
    return bytes(digits)

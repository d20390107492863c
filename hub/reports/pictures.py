"""The bytes of the pictures that a page shows."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pictures:
    """JPEGs; what is not here is shown as missing."""

    thumbnails: Mapping[int, bytes]
    """By file_id."""
    derived: Mapping[tuple[str, int], bytes]
    """By image_id of the original, and number."""

    def of_file(self, file_id: int) -> str | None:
        """Return the thumbnail of a file as an address that holds the bytes themselves."""
        return _address(self.thumbnails.get(file_id))

    def of_derived(self, image_id: str, number: int) -> str | None:
        return _address(self.derived.get((image_id, number)))


def _address(content: bytes | None) -> str | None:
    if content is None:
        return None
    return f"data:image/jpeg;base64,{b64encode(content).decode()}"

"""EXIF of a simulated camera, put into a JPEG's bytes without touching its pixels."""

from datetime import UTC, datetime, timedelta

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from cluster.simulation.suppliers import Supplier

_SOI = b"\xff\xd8"
_APP1 = 0xE1


def make_exif(
    supplier: Supplier,
    *,
    taken_at: datetime | None,
    place: tuple[float, float] | None,
    orientation: int,
) -> bytes:
    """Camera, orientation and, where told, local time with its offset and (lon, lat) in degrees."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = supplier.camera
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = supplier.author
    if taken_at is not None:
        offset = timedelta(hours=supplier.utc_offset_hours)
        details = exif.get_ifd(ExifTags.IFD.Exif)
        local = (taken_at.astimezone(UTC) + offset).strftime("%Y:%m:%d %H:%M:%S")
        details[ExifTags.Base.DateTimeOriginal] = local
        details[ExifTags.Base.OffsetTimeOriginal] = f"-{-supplier.utc_offset_hours:02d}:00"
    if place is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef] = "N" if place[1] >= 0 else "S"
        gps[ExifTags.GPS.GPSLatitude] = _degrees(place[1])
        gps[ExifTags.GPS.GPSLongitudeRef] = "E" if place[0] >= 0 else "W"
        gps[ExifTags.GPS.GPSLongitude] = _degrees(place[0])
    return exif.tobytes()


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and seconds; to a millionth of a degree."""
    millionths = round(abs(value) * 1_000_000)
    degrees, rest = divmod(millionths, 1_000_000)
    minutes, rest = divmod(rest * 60, 1_000_000)
    return IFDRational(degrees, 1), IFDRational(minutes, 1), IFDRational(rest * 60, 1_000_000)


def put_exif(jpeg: bytes, exif: bytes) -> bytes:
    """Return a JPEG that has none with this EXIF block, right behind its start marker."""
    payload = exif if exif.startswith(b"Exif\0\0") else b"Exif\0\0" + exif
    return put_segment(jpeg, _APP1, payload)


def put_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    """Return a JPEG with one more segment, right behind its start marker."""
    header = bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2)
    return jpeg[: len(_SOI)] + header + payload + jpeg[len(_SOI) :]

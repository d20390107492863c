"""Files with something odd about them that are good pictures all the same, once stripped."""

import io
from collections.abc import Callable
from zipfile import ZipFile, ZipInfo

import numpy as np
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from cluster.simulation.exif import put_exif, put_segment

# Of each form whether the camera's EXIF is still in the file.
FORMS = {
    "png_as_jpg": False,
    "webp_as_jpg": False,
    "animated_png": False,
    "random_exif": False,
    "wrong_place": False,
    "jpg_as_png": True,
    "payload": True,
    "second_picture": True,
    "xmp_place": True,
    "comment": True,
}
ENDINGS = {"animated_png": "png", "jpg_as_png": "png"}

_APP1, _COM = 0xE1, 0xFE
_XMP = "http://ns.adobe.com/xap/1.0/"
# A place that must not be found in anything that is published.
SECRET_PLACE = "40.748817,-73.985428"
_LAT, _LON = SECRET_PLACE.split(",")


def make_odd(form: str, jpeg: bytes, picture: Image.Image, *, exif: bytes, number: int) -> bytes:
    """Return the odd file: of a JPEG without metadata, its pixels, and the camera's EXIF."""
    if form in _REPLACED:
        return _REPLACED[form](jpeg, picture, number)
    taken = put_exif(jpeg, exif)
    return _ADDED[form](taken, number) if form in _ADDED else taken


def _random_exif(jpeg: bytes, _: Image.Image, number: int) -> bytes:
    noise = np.random.default_rng([number, 1]).bytes(900)
    return put_exif(jpeg, b"II*\x00\x08\x00\x00\x00\x40\x00" + noise)


def _wrong_place(jpeg: bytes, _: Image.Image, __: int) -> bytes:
    """EXIF whose latitude lies beyond the pole and whose longitude divides by zero."""
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = "N", "E"
    gps[ExifTags.GPS.GPSLatitude] = (IFDRational(95), IFDRational(0), IFDRational(0))
    gps[ExifTags.GPS.GPSLongitude] = (IFDRational(200), IFDRational(0), IFDRational(0))
    return put_exif(jpeg, exif.tobytes())


def _animated_png(_: bytes, picture: Image.Image, __: int) -> bytes:
    turned = picture.transpose(Image.Transpose.ROTATE_180)
    return _encode(picture, "PNG", save_all=True, append_images=[turned], duration=300)


def _payload(content: bytes, number: int) -> bytes:
    """An archive behind the picture's end, as some phones and all jokers append one."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(ZipInfo("track.txt"), f"{number}: taken at {SECRET_PLACE}\n" * 20)
    return content + packed.getvalue()


def _second_picture(content: bytes, _: int) -> bytes:
    """The whole file once more behind its end, place and all."""
    return content + content


def _xmp_place(content: bytes, _: int) -> bytes:
    packet = (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF"
        " xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description"
        f" xmlns:exif='http://ns.adobe.com/exif/1.0/' exif:GPSLatitude='{_LAT}'"
        f" exif:GPSLongitude='{_LON}' exif:Place='{SECRET_PLACE}'/></rdf:RDF></x:xmpmeta>"
    )
    return put_segment(content, _APP1, _XMP.encode() + b"\0" + packet.encode())


def _comment(content: bytes, number: int) -> bytes:
    return put_segment(content, _COM, f"No. {number}, seen at {SECRET_PLACE}".encode())


def _encode(picture: Image.Image, format: str, **options: object) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, format, **options)
    return encoded.getvalue()


_REPLACED: dict[str, Callable[[bytes, Image.Image, int], bytes]] = {
    "png_as_jpg": lambda _, picture, __: _encode(picture, "PNG"),
    "webp_as_jpg": lambda _, picture, __: _encode(picture, "WEBP", quality=88),
    "animated_png": _animated_png,
    "random_exif": _random_exif,
    "wrong_place": _wrong_place,
}
_ADDED: dict[str, Callable[[bytes, int], bytes]] = {
    "payload": _payload,
    "second_picture": _second_picture,
    "xmp_place": _xmp_place,
    "comment": _comment,
}

"""Export `croissant`: the folder of a pull, with its description in Croissant 1.1 beside it.

Source of the format: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html.
"""

import hashlib
import json
from typing import Any

from hub.exports import beside
from hub.exports.naming import one_line
from hub.exports.source import Source
from hub.exports.states import survey
from hub.exports.tables import ATTRIBUTION, image_path, write_tables
from hub.exports.target import Target
from hub.rules.licences import licence_url

METADATA = "croissant.json"

# As the specification's appendix and mlcroissant write it.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_LABELS = {
    "path": ("sc:Text", "The picture's file."),
    "label": ("sc:Text", "The label's name."),
    "mid": ("sc:Text", "The label in Open Images and Freebase."),
    "split": ("sc:Text", "train, validation, test or none."),
    "image_id": ("sc:Text", "The sha256 of the picture's bytes."),
    "picked": ("sc:Boolean", "The subset was picked by this label."),
    "implied": ("sc:Boolean", "It follows from a claim on a narrower label."),
    "label_key": ("sc:Text", "The label's key in the hub, which never changes."),
    "group_id": ("sc:Text", "Pictures much alike have one group, and one split."),
    "state": ("sc:Text", "positive: it shows the label; negative: verified not to show it."),
    "verified": ("sc:Boolean", "A review or a human-verified import confirmed it."),
}
_ATTRIBUTION = {
    "path": ("sc:Text", "The picture's file."),
    "author": ("sc:Text", "Whom to credit."),
    "licence": ("sc:Text", "Under which terms."),
    "source": ("sc:Text", "Where it comes from."),
}
_BOXES = {
    "image_id": ("sc:Text", "The sha256 of the picture's bytes."),
    "label": ("sc:Text", "The label's name."),
    "label_key": ("sc:Text", "The label's key in the hub."),
    "x_min": ("sc:Float", "Left, as a share of the upright picture's width."),
    "x_max": ("sc:Float", "Right."),
    "y_min": ("sc:Float", "Top, as a share of the upright picture's height."),
    "y_max": ("sc:Float", "Bottom."),
    "is_group_of": ("sc:Boolean", "It holds several things."),
    "source": ("sc:Text", "Where the box comes from."),
}


def write(source: Source, target: Target) -> None:
    """Write the folder of a pull, its boxes, and the description of both."""
    target.put_pictures(source, image_path)
    with target.create(beside.LABELS) as labels, target.create(ATTRIBUTION) as attribution:
        files = write_tables(
            source.pictures(), source.lock, labels=labels.write, attribution=attribution.write
        )
    for name, content in files.items():
        target.put(name, [content])
    known = survey(source.pictures())
    beside.put_boxes(source, target, known.classes)
    document = json.dumps(_document(source, target, known.licences), indent=2) + "\n"
    target.put(METADATA, [document.encode()])


def _document(source: Source, target: Target, licences: list[str]) -> dict[str, Any]:
    lock = source.lock
    picked = ", ".join(one_line(label) for label in lock.recipe.picked)
    tables = {beside.LABELS: _LABELS, ATTRIBUTION: _ATTRIBUTION, beside.BOXES: _BOXES}
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": f"subset-{lock.root[:16]}",
        "description": f"{lock.images:,} pictures picked by {picked} (root {lock.root}).",
        "license": [licence_url(licence) or one_line(licence) for licence in licences],
        "citeAs": f"Pictures of a Deep Images Hub, subset {lock.root}",
        "version": "1.0.0",
        "isLiveDataset": False,
        "distribution": [*(_file(target, name) for name in tables), _PICTURES],
        "recordSet": [_IMAGES, *(_record_set(name, fields) for name, fields in tables.items())],
    }


_PICTURES = {
    "@type": "cr:FileSet",
    "@id": "image-files",
    "name": "image-files",
    "description": "The pictures, each named by the sha256 of its bytes.",
    "encodingFormat": ["image/jpeg", "image/png", "image/webp"],
    "includes": "images/*",
}


def _file(target: Target, name: str) -> dict[str, Any]:
    with (target.root / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "encodingFormat": "text/csv",
        "sha256": digest,
    }


_IMAGES = {
    "@type": "cr:RecordSet",
    "@id": "images",
    "name": "images",
    "description": "A record a picture.",
    "key": {"@id": "images/path"},
    "field": [
        {
            "@type": "cr:Field",
            "@id": f"images/{name}",
            "name": name,
            "description": description,
            "dataType": kind,
            "source": {
                "fileSet": {"@id": "image-files"},
                "extract": {"fileProperty": extracted},
            },
        }
        for name, kind, extracted, description in (
            ("path", "sc:Text", "fullpath", "The picture's file."),
            ("image", "sc:ImageObject", "content", "The picture."),
        )
    ],
}


def _record_set(file_name: str, fields: dict[str, tuple[str, str]]) -> dict[str, Any]:
    name = file_name.removesuffix(".csv").lower()
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The rows of {file_name}.",
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": column,
                "description": description,
                "dataType": kind,
                "source": {"fileObject": {"@id": file_name}, "extract": {"column": column}},
            }
            for column, (kind, description) in fields.items()
        ],
    }

"""The formats that pictures are imported from, by name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hub.imports import (
    annotations,
    coco,
    ground_truth,
    image_folder,
    label_folders,
    open_images,
    urls,
)
from hub.imports.found import Found, Order, Unusable


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    help: str
    read: Callable[[Order], Iterator[Found | Unusable]]
    """Raises FormatError where what is read is not of the format."""


IMPORTS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("folders", "a folder a label", label_folders.read),
        Format("open-images", "the CSVs of Open Images beside image files", open_images.read),
        Format("coco", "a COCO JSON, or a folder with some", coco.read),
        Format("ground-truth", "an output manifest of SageMaker Ground Truth", ground_truth.read),
        Format("annotations-csv", "_annotations.csv of Cloud Annotations", annotations.read_csv),
        Format("annotations-json", "_annotations.json of it", annotations.read_json_document),
        Format("imagefolder", "folders or metadata files of Hugging Face", image_folder.read),
        Format("urls", "a list of addresses to fetch", urls.read),
    )
}

"""The formats that a subset can be written in, by name; nothing of them is loaded to list them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.exports.source import Source
    from hub.exports.target import Target


@dataclass(frozen=True)
class Format:
    """`write` fills a folder that is claimed for it; the same lock gives the same bytes."""

    name: str
    help: str
    write: Callable[[Source, Target], None]
    in_pull: bool = False
    """It may go into the folder of a pull of the same subset."""


def _at(place: str) -> Callable[[Source, Target], None]:
    """Name a function that is imported when it is called."""
    module, _, attribute = place.partition(":")

    def write(source: Source, target: Target) -> None:
        getattr(import_module(f"hub.exports.{module}"), attribute or "write")(source, target)

    return write


FORMATS = {
    one.name: one
    for one in (
        Format(
            "folder", "A folder a label; what is verified absent lies apart.", _at("label_folders")
        ),
        Format("csv", "Pictures with tables of labels and boxes.", _at("csv_tables")),
        Format("coco", "COCO: a JSON a split, LVIS's lists of absent classes.", _at("coco")),
        Format(
            "yolo",
            "Ultralytics YOLO: a text file for each boxed picture.",
            _at("yolo"),
        ),
        Format("voc", "Pascal VOC: an XML a picture, lists a class.", _at("voc")),
        Format("tfrecord", "TensorFlow: tf.train.Example in TFRecord files.", _at("tfrecord")),
        Format("webdataset", "WebDataset: tar files of pictures and JSON.", _at("webdataset")),
        Format("parquet", "Hugging Face datasets: Parquet with pictures.", _at("hugging_face")),
        Format("imagefolder", "Hugging Face datasets: pictures and metadata.", _at("imagefolder")),
        Format("petastorm", "Petastorm: plain Parquet for make_batch_reader.", _at("petastorm")),
        Format("ground-truth", "SageMaker Ground Truth: output manifests.", _at("ground_truth")),
        Format(
            "annotations-csv",
            "Cloud Annotations: pictures and _annotations.csv.",
            _at("cloud_annotations:write_csv"),
        ),
        Format(
            "annotations-json",
            "Cloud Annotations: pictures and _annotations.json.",
            _at("cloud_annotations:write_json"),
        ),
        Format("open-images", "Open Images: its CSV files, by split.", _at("open_images")),
        Format("croissant", "A pull's folder with Croissant 1.1 metadata.", _at("croissant"), True),
    )
}

"""Imports through the whole pipeline: what they say is on the published pictures, and counted."""

import json

import pytest
from click.testing import CliRunner

from cluster.cli import cli
from cluster.cli.context import Hub

LABELS = "ImageID,Source,LabelName,Confidence\n"
BOXES = (
    "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,"
    "IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n"
)
IMAGES = "ImageID,Subset,OriginalURL,OriginalLandingURL,License,Author,Rotation\n"
APPLE, BEAR = "/m/014j1m", "/m/0kmg4"


def coco(*, is_reversed=False):
    order = reversed if is_reversed else list
    numbers = {"one.jpg": 1, "two.jpg": 2, "again.jpg": 3}
    images = [
        {"id": number, "file_name": name, "width": 96, "height": 96}
        for name, number in numbers.items()
    ]
    images[1]["neg_category_ids"] = [1]
    annotations = [
        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [48, 24, 24, 24]},
        {"id": 2, "image_id": 1, "category_id": 1, "bbox": [24, 24, 48, 48], "iscrowd": 1},
        {"id": 3, "image_id": 2, "category_id": 2, "bbox": [0, 0, 96, 48]},
        {"id": 4, "image_id": 3, "category_id": 1, "bbox": [48, 24, 24, 24]},
    ]
    return {
        "images": list(order(images)),
        "annotations": list(order(annotations)),
        "categories": [{"id": 1, "name": "apple"}, {"id": 2, "name": "Teddy bear"}],
    }


@pytest.fixture
def imported(new_hub, folder, draw):
    """Return `imported(name)`: a hub that took a COCO file and one of Open Images, and ran."""

    def make(name, **options):
        hub = new_hub(name)
        one = folder(
            f"{name}-coco",
            {
                "one.jpg": draw(1),
                "two.jpg": draw(2),
                "again.jpg": draw(1),
                "c.json": json.dumps(coco(**options)).encode(),
            },
        )
        other = folder(
            f"{name}-oi",
            {
                "00a1.jpg": draw(1),
                "00b2.jpg": draw(4),
                "00c3.jpg": draw(5),
                "labels.csv": (
                    LABELS
                    + f"00a1,verification,{APPLE},1\n00a1,verification,{BEAR},0\n"
                    + f"00b2,machine,{APPLE},0.9\n00c3,verification,{APPLE},0\n"
                ).encode(),
                "boxes.csv": (
                    BOXES
                    + f"00a1,xclick,{APPLE},1,0.25,0.75,0.25,0.75,0,0,1,0,0\n"
                    + f"00a1,xclick,{APPLE},1,0,0.5,0,0.5,0,0,0,0,0\n"
                    + f"00b2,xclick,{APPLE},1,0,0.25,0.5,1,0,0,0,0,0\n"
                ).encode(),
                "images.csv": (IMAGES + "00b2,train,,,,Bob,90.0\n").encode(),
            },
        )
        _import(hub, "coco", one)
        hub.run()
        _import(hub, "open-images", other)
        hub.run()
        return hub

    return make


def _import(hub, format_name, path):
    settings = hub.settings
    environ = {
        "HUB_HOME": str(settings.home),
        "HUB_DATABASE_URL": settings.database_url,
        "HUB_OBJECTS_ROOT": settings.objects_root,
    }
    arguments = ["import", "--format", format_name, str(path), "--supplier", "ann"]
    typed = CliRunner().invoke(cli, arguments, obj=Hub(environ))
    assert typed.exit_code == 0, typed.output


def test_imports_end_as_claims_boxes_and_counts(imported):
    hub = imported("hub")
    names = dict(
        hub.ask(
            "SELECT image_id, regexp_replace(path, '.*/', '') FROM image JOIN submission_file"
            " USING (image_id) ORDER BY submission_file.file_id DESC"
        )
    )

    claims = {
        (names[image_id], label): tuple(rest)
        for image_id, label, *rest in hub.ask(
            "SELECT image_id, name, value, source, is_verified FROM label_claim"
            " JOIN label_name USING (label_id) WHERE NOT is_alias"
        )
    }
    first = next(
        name
        for name, label in claims
        if claims[name, label][1:] == ("import", True) and claims[name, label][0] == "positive"
    )
    assert first in ("one.jpg", "again.jpg")
    assert claims == {
        (first, "Apple"): ("positive", "import", True),
        (first, "Teddy bear"): ("negative", "import", True),
        ("two.jpg", "Teddy bear"): ("positive", "supplier", False),
        ("two.jpg", "Apple"): ("negative", "import", True),
        ("00b2.jpg", "Apple"): ("positive", "supplier", False),
        ("00c3.jpg", "Entity"): ("positive", "supplier", False),
        ("00c3.jpg", "Apple"): ("negative", "import", True),
    }
    boxes = hub.ask(
        "SELECT image_id, box_no, x_min, x_max, y_min, y_max, label_box.source, is_group_of"
        " FROM label_box ORDER BY image_id, label_id, box_no"
    )
    assert sorted((names[image_id], *rest) for image_id, *rest in boxes) == sorted(
        [
            (first, 1, 0.25, 0.75, 0.25, 0.75, "coco", True),
            (first, 2, 0.5, 0.75, 0.25, 0.5, "coco", False),
            (first, 3, 0.0, 0.5, 0.0, 0.5, "open-images xclick", False),
            ("two.jpg", 1, 0.0, 1.0, 0.0, 0.5, "coco", False),
            # Turned counter-clockwise, as its picture is.
            ("00b2.jpg", 1, 0.5, 1.0, 0.75, 1.0, "open-images xclick", False),
        ]
    )
    counts = {
        name: tuple(rest)
        for name, *rest in hub.ask(
            "SELECT name, own, verified, rollup FROM label_count JOIN label_name USING (label_id)"
            " WHERE NOT is_alias AND rollup > 0"
        )
    }
    assert counts["Apple"] == (2, 1, 2)
    assert counts["Teddy bear"] == (1, 0, 1)
    assert counts["Entity"] == (1, 0, 4)
    assert hub.verify(read_bytes=True).differences == []

    again = hub.run()
    assert again.stages == []
    assert hub.verify().differences == []


def test_lists_in_another_order_give_the_same_contents(imported):
    one, other = imported("one"), imported("other", is_reversed=True)
    assert one.verify().fingerprint == other.verify().fingerprint
    order = "SELECT image_id, box_no, x_min, y_min FROM label_box ORDER BY 1, 2"
    assert one.ask(order) == other.ask(order)

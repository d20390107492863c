"""Every format in: labels, verified negatives, boxes, credit; what is refused, and why."""

import csv
import json
import os

import pytest

from hub.imports.formats import IMPORTS
from hub.imports.found import FormatError
from hub.rules.jpeg import strip_jpeg
from hub.rules.landing import landing_key
from tests.fixtures.imports import picture

OI_LABELS = "ImageID,Source,LabelName,Confidence\n"
OI_BOXES = (
    "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,"
    "IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n"
)
OI_IMAGES = (
    "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,"
    "OriginalSize,OriginalMD5,Thumbnail300KURL,Rotation\n"
)
BY = "https://creativecommons.org/licenses/by/2.0/"


# --- folders


def test_folders_name_labels_and_those_of_splits_are_told(importer, put, tmp_path):
    put("in/train/apple/a.jpg")
    put("in/teddy_bear/b.png")
    put("in/valid/c.jpg")
    put("in/apple/notes.txt", "x")
    put("in/.hidden/d.jpg")

    assert importer("folders", tmp_path / "in") == 2

    assert importer.files() == {("a.jpg", "Apple"), ("b.png", "Teddy bear")}
    assert [reason for _, _, reason, _ in importer.refused] == ["no_label"]
    assert sorted(importer.notes.values()) == [1, 1, 1, 1]
    assert any("train" in note and "splits by itself" in note for note in importer.notes)


def test_an_unknown_folder_is_refused_with_the_near_names(importer, put, tmp_path):
    put("in/Aple/a.jpg")
    assert importer("folders", tmp_path / "in") == 0
    [(label, name, reason, message)] = importer.refused
    assert (label, name, reason) == ("Aple", "a.jpg", "unknown_label")
    assert "'Apple'" in message


def test_importing_again_is_all_there_already(importer, put, tmp_path):
    put("in/Apple/a.jpg")
    assert importer("folders", tmp_path / "in") == 1
    assert importer("folders", tmp_path / "in") == 0
    assert importer.already == 1


# --- Open Images


@pytest.fixture
def open_images(put, tmp_path):
    """Two pictures with the files of a release beside them, and lines of a third."""
    put("oi/train/00a1.jpg")
    put("oi/train/00b2.jpg")
    put("oi/class-descriptions-boxable.csv", '/m/014j1m,Apple\n/m/x1,"Teddy ""bear"", brown"\n')
    put(
        "oi/train-annotations-human-imagelabels.csv",
        OI_LABELS
        + "00a1,verification,/m/014j1m,1\n"
        + "00a1,crowdsource-verification,/m/kidt0,0\n"
        + "00b2,verification,/m/014j1m,0\n"
        + "00ff,verification,/m/014j1m,1\n",
    )
    put("oi/train-annotations-machine-imagelabels.csv", OI_LABELS + "00a1,machine,/m/kidt0,0.4\n")
    put(
        "oi/train-annotations-bbox.csv",
        OI_BOXES
        + "00a1,xclick,/m/014j1m,1,0.1,0.6,0.2,0.9,0,0,1,0,0\n"
        + "00a1,xclick,/m/014j1m,1,0.5,0.5,0.2,0.9,0,0,0,0,0\n",
    )
    put(
        "oi/train-images-boxable-with-rotation.csv",
        OI_IMAGES
        + f"00a1,train,https://f.example/a.jpg,https://f.example/a,{BY},https://f.example/ann,"
        + '"Ann ""A"", B","=1+1, a title",1,md5,,0.0\n'
        + f"00b2,train,https://f.example/b.jpg,,{BY},,Bob,b,1,md5,,\n",
    )
    return tmp_path / "oi"


@pytest.fixture
def bear(add_label, open_db):
    """Teddy bear, under the MID that the files name."""
    with open_db() as db, db.cursor() as cursor:
        cursor.execute("UPDATE label SET mid = '/m/kidt0' WHERE label_key = 'n_teddy bear'")


def test_open_images_come_with_negatives_boxes_and_credit(importer, open_images, bear, rows_of):
    assert importer("open-images", open_images) == 2

    assert importer.files() == {("00a1.jpg", "Apple"), ("00b2.jpg", "Entity")}
    assert importer.claims() == {
        ("00a1.jpg", "Apple", "positive"),
        ("00a1.jpg", "Teddy bear", "negative"),
        ("00b2.jpg", "Apple", "negative"),
    }
    assert importer.boxes() == [
        ("00a1.jpg", "Apple", 0.1, 0.6, 0.2, 0.9, "open-images xclick", True)
    ]
    assert rows_of(
        "SELECT licence, author, submission_file.source FROM submission_file ORDER BY path"
    ) == [
        ("CC BY 2.0", 'Ann "A", B', "https://f.example/a"),
        ("CC BY 2.0", "Bob", "https://f.example/b.jpg"),
    ]
    assert set(importer.notes) == {
        "pictures came in a folder of a split (train); the hub splits by itself,"
        " near pictures together",
        "labels of pictures that are not here were passed over",
        "labels of a confidence below 0.5 were left out",
        "boxes were left out: the box has no width or no height",
    }


def test_names_with_a_header_and_labels_by_name_are_read_too(importer, put, tmp_path):
    put("oi/00a1.jpg")
    put("oi/oidv7-class-descriptions.csv", "LabelName,DisplayName\n/m/unknown,apple\n")
    put("oi/labels.csv", OI_LABELS + "00a1,machine,/m/unknown,0.9\n")
    assert importer("open-images", tmp_path / "oi") == 1
    assert importer.files() == {("00a1.jpg", "Apple")}
    assert importer.claims() == set()


@pytest.mark.parametrize(("degrees", "orientation"), [("90.0", 8), ("180.0", 3), ("270.0", 6)])
def test_a_rotation_is_written_into_the_file_and_turns_the_boxes(
    importer, put, tmp_path, rows_of, degrees, orientation
):
    content = picture()
    put("oi/00a1.jpg", content)
    put("oi/boxes.csv", OI_BOXES + "00a1,xclick,/m/014j1m,1,0.1,0.6,0.2,0.9,0,0,0,0,0\n")
    put("oi/images.csv", OI_IMAGES + f"00a1,train,,,,,,,1,md5,,{degrees}\n")

    assert importer("open-images", tmp_path / "oi") == 1

    [(digest,)] = rows_of("SELECT sha256 FROM submission_file")
    stripped = strip_jpeg(importer.intake.objects.get(landing_key(digest)))
    assert stripped.orientation == orientation
    assert strip_jpeg(content).content.endswith(stripped.content[-1000:])
    turned = {"90.0": (0.2, 0.9, 0.4, 0.9), "180.0": (0.4, 0.9, 0.1, 0.8)}
    expected = turned.get(degrees, (0.1, 0.8, 0.1, 0.6))
    assert importer.boxes()[0][2:6] == expected


def test_a_rotation_that_its_file_contradicts_leaves_out_the_boxes(importer, put, tmp_path):
    put("oi/00a1.jpg", picture(orientation=6))
    put("oi/boxes.csv", OI_BOXES + "00a1,xclick,/m/014j1m,1,0.1,0.6,0.2,0.9,0,0,0,0,0\n")
    put("oi/images.csv", OI_IMAGES + "00a1,train,,,,,,,1,md5,,90.0\n")
    assert importer("open-images", tmp_path / "oi") == 1
    assert importer.boxes() == []
    assert any("turned otherwise" in note for note in importer.notes)


def test_what_people_deny_goes_before_what_a_machine_or_a_box_says(importer, put, tmp_path):
    put("oi/00a1.jpg")
    put(
        "oi/labels.csv",
        OI_LABELS + "00a1,machine,/m/014j1m,0.9\n00a1,verification,/m/014j1m,0\n",
    )
    put("oi/boxes.csv", OI_BOXES + "00a1,xclick,/m/014j1m,1,0.1,0.6,0.2,0.9,0,0,0,0,0\n")
    assert importer("open-images", tmp_path / "oi") == 1
    assert importer.files() == {("00a1.jpg", "Entity")}
    assert importer.claims() == {("00a1.jpg", "Apple", "negative")}
    assert importer.boxes() == []


# --- COCO


def coco(*images, annotations=(), **more):
    categories = [{"id": 1, "name": "apple"}, {"id": 2, "name": "Teddy bear"}]
    return {
        "images": list(images),
        "categories": categories,
        "annotations": list(annotations),
        "licenses": [{"id": 4, "name": "Attribution License", "url": BY}],
        **more,
    }


def image(number, name, **more):
    return {"id": number, "file_name": name, "width": 160, "height": 120, **more}


def box(number, category, *sides, **more):
    return {"id": number, "image_id": 1, "category_id": category, "bbox": list(sides), **more}


def test_coco_boxes_become_shares_and_negatives_verified(importer, put, tmp_path, rows_of):
    put("c/images/a.jpg")
    document = coco(
        image(1, "a.jpg", license=4, neg_category_ids=[2], flickr_url="http://f.example/1"),
        annotations=[box(1, 1, 16, 12, 80, 60, iscrowd=1), box(2, 1, 100, 100, 500, 500)],
    )
    put("c/annotations/instances_train2017.json", document)

    assert importer("coco", tmp_path / "c") == 1

    assert importer.files() == {("a.jpg", "Apple")}
    assert importer.claims() == {("a.jpg", "Teddy bear", "negative")}
    assert importer.boxes() == [
        ("a.jpg", "Apple", 0.1, 0.6, 0.1, 0.6, "coco", True),
        ("a.jpg", "Apple", 0.625, 1.0, 0.833333, 1.0, "coco", False),
    ]
    assert rows_of("SELECT licence, source FROM submission_file") == [
        ("CC BY 2.0", "http://f.example/1")
    ]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [((160, 120), (0.5, 1.0, 0.0, 0.25)), ((120, 160), (0.0, 0.333333, 0.0, 0.375))],
)
def test_boxes_are_of_the_stored_or_the_upright_picture_as_the_size_says(
    importer, put, tmp_path, stated, expected
):
    """The file is stored 160 wide and 120 high, and stands upright once turned clockwise."""
    put("c/a.jpg", picture(160, 120, orientation=6))
    one = image(1, "a.jpg") | {"width": stated[0], "height": stated[1]}
    put("c/c.json", coco(one, annotations=[box(1, 1, 0, 0, 40, 60)]))
    importer("coco", tmp_path / "c" / "c.json")
    assert importer.boxes()[0][2:6] == expected


def test_boxes_of_a_picture_of_another_shape_are_left_out(importer, put, tmp_path):
    put("c/a.jpg", picture(160, 160))
    put("c/c.json", coco(image(1, "a.jpg"), annotations=[box(1, 1, 0, 0, 40, 60)]))
    assert importer("coco", tmp_path / "c") == 1
    assert importer.boxes() == []
    assert any("160x120" in note for note in importer.notes)


@pytest.mark.parametrize("sides", [(160, 10**400), (10**400, 10**400)])
def test_a_stated_size_beyond_all_bounds_costs_the_boxes_alone(importer, put, tmp_path, sides):
    put("c/a.jpg", picture(160, 160))
    one = image(1, "a.jpg") | {"width": sides[0], "height": sides[1]}
    put("c/c.json", coco(one, annotations=[box(1, 1, 0, 0, 40, 60)]))
    assert importer("coco", tmp_path / "c") == 1
    assert importer.boxes() == []


def test_boxes_of_a_smaller_copy_keep_their_place(importer, put, tmp_path):
    put("c/a.jpg", picture(80, 60))
    put("c/c.json", coco(image(1, "a.jpg"), annotations=[box(1, 1, 16, 12, 80, 60)]))
    importer("coco", tmp_path / "c")
    assert importer.boxes()[0][2:6] == (0.1, 0.6, 0.1, 0.6)


def test_boxes_of_a_file_that_is_no_picture_cost_nothing_but_themselves(importer, put, tmp_path):
    put("c/a.jpg", b"\xff\xd8 broken")
    put("c/c.json", coco(image(1, "a.jpg"), annotations=[box(1, 1, 16, 12, 80, 60)]))
    assert importer("coco", tmp_path / "c") == 1
    assert importer.boxes() == []


def test_new_words_on_old_files_come_again_and_the_same_words_do_not(importer, put, tmp_path):
    put("c/a.jpg")
    put("c/c.json", coco(image(1, "a.jpg"), annotations=[box(1, 1, 16, 12, 80, 60)]))
    assert importer("coco", tmp_path / "c") == 1
    assert importer("coco", tmp_path / "c") == 0
    put(
        "c/c.json",
        coco(image(1, "a.jpg", neg_category_ids=[2]), annotations=[box(1, 1, 0, 0, 9, 9)]),
    )
    assert importer("coco", tmp_path / "c") == 1
    assert importer("coco", tmp_path / "c") == 0
    assert len(importer.boxes()) == 2


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("{\n\n [", "Line 3 of"),
        ('{"images": [', "Line 1 of"),
        ("[1, 2]", "no object"),
        ('{"images": 3, "categories": []}', "'images' is no list"),
        ('{"images": [], "categories": [{"name": "x"}]}', "no id"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff\xfe{\x00}\x00", "not JSON"),
    ],
)
def test_a_document_that_is_none_is_one_sentence(importer, put, document, says):
    path = put("c.json", document)
    with pytest.raises(FormatError, match=says):
        importer("coco", path)


def test_odd_values_in_a_document_cost_only_themselves(importer, put, tmp_path):
    put("c/a.jpg")
    document = coco(
        image(1, "a.jpg", width="x", neg_category_ids="all"),
        image(2, 7),
        {"file_name": "a.jpg", "id": [1]},
        annotations=[
            box(1, 1, "x", None, 1, 1),
            box(2, 1),
            {"image_id": 1, "category_id": 1, "bbox": {"x": 1}},
            {"image_id": {}, "category_id": []},
            box(3, 99, 1, 1, 5, 5),
            box(4, 1, 1e308, 1e308, 1e308, 1e308),
        ],
    )
    put("c/c.json", document)
    assert importer("coco", tmp_path / "c") == 1
    reasons = {(label, reason) for label, _, reason, _ in importer.refused}
    assert reasons == {("category 99", "unknown_label"), ("", "malformed_row"), ("", "no_label")}


def test_what_stands_in_odd_texts_is_kept_on_one_line(importer, put, tmp_path, rows_of):
    put("c/a.jpg")
    one = box(1, 1, 16, 12, 80, 60, source="a\0b\nc\ud800" + "x" * 10**5)
    put("c/c.json", coco(image(1, "a.jpg"), annotations=[one, box(2, 1, 0, 0, 0, 0)]))
    assert importer("coco", tmp_path / "c") == 1
    [(*_, source, _)] = importer.boxes()
    assert source.startswith("a b c x")
    assert len(source) == 100


def test_numbers_of_pictures_may_be_of_any_kind(importer, put, tmp_path):
    put("c/a.jpg")
    document = coco({"id": 1.0, "file_name": "a.jpg"}, annotations=[box(1, 1.0, 1, 1, 9, 9)])
    put("c/c.json", document)
    assert importer("coco", tmp_path / "c") == 1
    assert len(importer.boxes()) == 1


# --- Ground Truth


def metadata(kind, **more):
    return {"type": f"groundtruth/{kind}", "human-annotated": "yes", **more}


def test_ground_truth_of_all_three_types(importer, put, tmp_path):
    for name in ("a", "b", "c"):
        put(f"bucket/photos/{name}.jpg")
    single = {
        "source-ref": "s3://bucket/photos/a.jpg",
        "class": 0,
        "class-metadata": metadata("image-classification", **{"class-name": "Apple"}),
    }
    multi = {
        "source-ref": "s3://else/deep/photos/b.jpg",
        "tags": [1, 0],
        "tags-metadata": metadata(
            "image-classification-multilabel",
            **{"class-map": {"0": "Apple", "1": "Teddy bear"}, "human-annotated": "no"},
            **{"confidence-map": {"0": 0.9, "1": 0.2}},
        ),
    }
    boxed = {
        "source-ref": "s3://bucket/photos/c.jpg",
        "boxes": {
            "image_size": [{"width": 160, "height": 120, "depth": 3}],
            "annotations": [{"class_id": 0, "left": 16, "top": 12, "width": 80, "height": 60}],
        },
        "boxes-metadata": metadata("object-detection", **{"class-map": {"0": "Apple"}}),
    }
    path = put("output.manifest", "\n".join(map(json.dumps, (single, multi, boxed))) + "\n")

    assert importer("ground-truth", path, images=str(tmp_path / "bucket")) == 3

    assert importer.files() == {(f"{name}.jpg", "Apple") for name in "abc"}
    assert importer.claims() == {("a.jpg", "Apple", "positive")}
    assert importer.boxes() == [("c.jpg", "Apple", 0.1, 0.6, 0.1, 0.6, "ground-truth", False)]


def test_a_manifest_that_is_cut_names_the_line(importer, put):
    path = put("output.manifest", '{"source-ref": "s3://b/a.jpg"}\n{"source-ref": "s3')
    with pytest.raises(FormatError, match="Line 2 of"):
        importer("ground-truth", path)


def test_a_picture_that_is_not_here_is_never_fetched(importer, put):
    path = put("output.manifest", '{"source-ref": "s3://b/a.jpg"}\n{"source": "text"}\n')
    assert importer("ground-truth", path) == 0
    assert {reason for _, _, reason, _ in importer.refused} == {"unreadable", "malformed_row"}


# --- Cloud Annotations


def test_annotations_csv_has_a_row_a_label(importer, put, tmp_path):
    put("b/x/a.jpg")
    put("b/_annotations.csv", "x/a.jpg,apple\nx/a.jpg,Teddy_bear\n")
    assert importer("annotations-csv", tmp_path / "b") == 2
    assert importer.files() == {("a.jpg", "Apple"), ("a.jpg", "Teddy bear")}


def test_annotations_json_has_labels_or_boxes(importer, put, tmp_path):
    put("b/a.jpg")
    put("b/c.jpg")
    spot = {"x": 0.1, "x2": 0.5, "y": 0.25, "y2": 0.75, "label": "Apple"}
    document = {
        "version": "1.0",
        "type": "localization",
        "labels": ["Apple"],
        "annotations": {"a.jpg": [spot], "c.jpg": [{"label": "Teddy bear"}], "gone.jpg": []},
    }
    put("b/_annotations.json", document)
    assert importer("annotations-json", tmp_path / "b") == 2
    assert importer.files() == {("a.jpg", "Apple"), ("c.jpg", "Teddy bear")}
    assert importer.boxes() == [("a.jpg", "Apple", 0.1, 0.5, 0.25, 0.75, "annotations-json", False)]


# --- imagefolder


def test_imagefolder_without_metadata_is_folders(importer, put, tmp_path):
    put("h/train/Apple/a.jpg")
    assert importer("imagefolder", tmp_path / "h") == 1
    assert importer.files() == {("a.jpg", "Apple")}


def test_imagefolder_reads_metadata_beside_the_pictures(importer, put, tmp_path):
    put("h/train/a.jpg")
    put("h/train/b.jpg")
    objects = {"bbox": [[16, 12, 80, 60]], "categories": ["Apple"]}
    put(
        "h/train/metadata.jsonl",
        '{"file_name": "a.jpg", "label": "Teddy bear", "license": "cc-by-4.0"}\n'
        f'{{"file_name": "b.jpg", "objects": {json.dumps(objects)}}}\n',
    )
    put("h/test/c.jpg")
    put("h/test/metadata.csv", "file_name,label\nc.jpg,Apple\n")
    assert importer("imagefolder", tmp_path / "h") == 3
    assert importer.files() == {
        ("a.jpg", "Teddy bear"),
        ("b.jpg", "Apple"),
        ("c.jpg", "Apple"),
    }
    assert importer.boxes() == [("b.jpg", "Apple", 0.1, 0.6, 0.1, 0.6, "imagefolder", False)]


def test_metadata_in_parquet_alone_is_one_sentence(importer, put, tmp_path):
    put("h/train/a.jpg")
    put("h/train/metadata.parquet", b"PAR1")
    with pytest.raises(FormatError, match=r"metadata\.jsonl"):
        importer("imagefolder", tmp_path / "h")


# --- nothing outside the folder


NASTY = [
    "\ud800.jpg",
    "\udcff.jpg",
    "../out.jpg",
    "/etc/hostname",
    "x/../../out.jpg",
    "link.jpg",
    "linked/out.jpg",
    "a\0b.jpg",
]


@pytest.fixture
def outside(put, tmp_path):
    """A picture beside the folder `b`, and links in it that lead there."""
    put("out.jpg")
    put("b/in.jpg")
    (tmp_path / "b" / "link.jpg").symlink_to(tmp_path / "out.jpg")
    (tmp_path / "b" / "linked").symlink_to(tmp_path)
    return tmp_path / "b"


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize(
    "format_name", ["coco", "ground-truth", "annotations-csv", "annotations-json", "imagefolder"]
)
def test_nothing_outside_the_folder_is_read(importer, put, outside, format_name, name):
    written = {
        "coco": ("c.json", coco(image(1, name), annotations=[box(1, 1, 1, 1, 9, 9)])),
        "ground-truth": (
            "o.manifest",
            {
                "source-ref": name,
                "c": 0,
                "c-metadata": metadata("image-classification", **{"class-name": "Apple"}),
            },
        ),
        "annotations-csv": ("_annotations.csv", f'"{name}",Apple\n'),
        "annotations-json": ("_annotations.json", {"annotations": {name: [{"label": "Apple"}]}}),
        "imagefolder": ("metadata.jsonl", json.dumps({"file_name": name, "label": "Apple"})),
    }
    put(f"b/{written[format_name][0]}", written[format_name][1])
    assert importer(format_name, outside) == 0
    assert {reason for _, _, reason, _ in importer.refused} <= {
        "outside",
        "not_a_file",
        "unreadable",
    }
    assert importer.refused


def test_links_in_folders_are_refused(importer, put, outside):
    assert importer("folders", outside) == 0
    reasons = sorted(reason for _, _, reason, _ in importer.refused)
    assert reasons == ["no_label", "not_a_file", "not_a_file"]


# --- odd names and broken tables


@pytest.mark.parametrize(
    "name",
    [
        'say "a", b.jpg',
        "=cmd|'!A1.jpg",
        "-x.jpg",
        "gr\u00fc\u00dfe \u96ea.jpg",
        "tab\there.jpg",
        "line\nend.jpg",
    ],
)
def test_odd_names_of_files_are_kept_as_they_are(importer, put, tmp_path, name):
    put(f"b/{name}")
    with open(tmp_path / "b" / "_annotations.csv", "w", newline="") as lines:
        csv.writer(lines).writerow([name, "Apple"])
    assert importer("annotations-csv", tmp_path / "b") == 1
    assert importer.files() == {(name, "Apple")}
    put("b/c.json", coco(image(1, name), annotations=[box(1, 2, 16, 12, 80, 60)]))
    assert importer("coco", tmp_path / "b" / "c.json") == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (OI_LABELS + '00a1,verification,"/m/014', "Line 2 of"),
        (OI_LABELS + "00a1,verification\n", "Line 2 of .* has 2 fields"),
        (OI_LABELS + '00a1,"x"y,z,1\n', "Line 2 of"),
        ("ImageID\n", ""),
    ],
)
def test_a_table_that_is_cut_or_torn_names_the_line(importer, put, tmp_path, content, says):
    put("oi/00a1.jpg")
    put("oi/labels.csv", content)
    if says:
        with pytest.raises(FormatError, match=says):
            importer("open-images", tmp_path / "oi")
    else:
        assert importer("open-images", tmp_path / "oi") == 0


def test_a_line_without_end_is_refused_before_it_fills_the_memory(importer, tmp_path, put):
    path = put("o.manifest", "x")
    with open(path, "r+b") as file:
        file.truncate(64 * 1024**2)
    with pytest.raises(FormatError, match="longer than"):
        importer("ground-truth", path)


def test_a_document_beyond_the_bound_is_refused_unread(importer, tmp_path, put):
    path = put("c.json", "{}")
    os.truncate(path, 513 * 1024**2)
    with pytest.raises(FormatError, match="split it by pictures"):
        importer("coco", path)


@pytest.mark.parametrize("format_name", sorted(IMPORTS))
def test_what_is_not_there_or_a_pipe_is_one_sentence(importer, tmp_path, format_name):
    with pytest.raises(FormatError):
        importer(format_name, tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FormatError):
        importer(format_name, tmp_path / "pipe")


def test_a_licence_that_is_none_refuses_the_picture(importer, put, tmp_path):
    put("h/a.jpg")
    put("h/metadata.csv", "file_name,label,license\na.jpg,Apple,mine alone\n")
    assert importer("imagefolder", tmp_path / "h") == 0
    [(_, _, reason, message)] = importer.refused
    assert reason == "malformed_row"
    assert "mine alone" in message

"""The client in the environment that trains, where TensorFlow is: pictures as tensors."""

import io
import json
import os
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.fixtures.exported import train_python
from tests.fixtures.sites import running_site

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, sys
from hub.client import Hub, open_folder

subset = open_folder(sys.argv[1]) if len(sys.argv) > 1 else Hub().subset("bears")
first = subset.to_tf_data(size=32)
multi = subset.to_tf_data(size=(16, 24), label="multi")
bare = subset.to_tf_data(split="train")
print(json.dumps({
    "classes": first.class_names,
    "cardinality": [int(one.cardinality()) for one in (first, multi, bare)],
    "first": [int(label) for _, label in first],
    "target": [target.numpy().tolist() for _, target, _ in multi],
    "mask": [mask.numpy().tolist() for _, _, mask in multi],
    "shapes": [[list(one[0].shape) for one in data] for data in (first, multi, bare)],
    "again": [int(label) for _, label in first],
    "batch": [list(part.shape) for part in next(iter(multi.batch(5)))],
    "corner": [one[0][2, 2].numpy().tolist() for one in bare],
}))
"""


@pytest.fixture
def site(published, settings):
    """Bears and toys: shown, verified not to be shown, and nothing known."""
    for number in range(12):
        label = ("Bear", "Toy", "Dog")[number % 3]
        negative = {"Bear": [], "Toy": ["Bear"], "Dog": ["Toy"]}[label]
        published.add(draw(number), label, negative=negative, width_px=20, height_px=40)
    published.write_lake()
    with running_site(settings, "--workers", "1") as site:
        yield site


def draw(number):
    image = Image.new("RGB", (40, 20), (number * 20, 0, 0))
    # Upright, this corner is the upper left one.
    image.paste((0, 255, 0), (0, 12, 8, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


def run(*words, **environ):
    said = subprocess.run(
        [train_python(), "-c", SCRIPT, *words],
        env={**os.environ, **environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr[-3000:]
    return json.loads(said.stdout)


def test_pictures_stream_as_tensors_with_three_states(site, tmp_path):
    subset = site.hub().pick(labels=["Toy", "Bear"], with_negatives=True).lock("bears")
    subset.pull(tmp_path / "bears", progress=False)
    pictures = [*subset.pictures()]

    streamed = run(HUB_URL=site.url, HUB_TOKEN=site.token())
    assert streamed["classes"] == ["Bear", "Toy"]
    assert streamed["cardinality"] == [12, 12, -2]
    assert streamed["target"] == [
        [float(name in names(one.labels)) for name in ("Bear", "Toy")] for one in pictures
    ]
    assert streamed["mask"] == [
        [float(is_known(one, name)) for name in ("Bear", "Toy")] for one in pictures
    ]
    number = {"Bear": 0, "Toy": 1, "Dog": -1}
    assert streamed["first"] == [number[one.labels[0].name] for one in pictures]
    assert streamed["again"] == streamed["first"]
    train = [one for one in pictures if one.split == "train"]
    whole = [[40, 20, 3]] * len(train)
    assert streamed["shapes"] == [[[32, 32, 3]] * 12, [[16, 24, 3]] * 12, whole]
    assert streamed["batch"] == [[5, 16, 24, 3], [5, 2], [5, 2]]
    assert all(green > 200 and red < 60 for red, green, _ in streamed["corner"])

    site.kill()
    assert run(str(tmp_path / "bears")) == streamed


def names(labels):
    return [label.name for label in labels]


def is_known(picture, name):
    return name in names(picture.labels) + names(picture.negatives)

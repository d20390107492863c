"""The networks are the published ones, losses count what is known, weights are plain files."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.exported import train_python
from tests.fixtures.run_folders import write_run_folder
from tests.train.ranks import ROOT, environment


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nets")
    write_run_folder(folder, train=6, validation=0)
    done = subprocess.run(
        [train_python(), str(Path(__file__).with_name("nets_program.py")), str(folder)],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_networks_have_as_many_parameters_as_published(told):
    # Simonyan & Zisserman 2014, table 2: 138 million of configuration D; torchvision counts
    # 138,365,992 with normalisation, to which Keras adds the 8,448 moving averages.
    assert told["parameters"]["vgg16"] == 138_357_544
    assert told["parameters"]["vgg16_bn"] == 138_365_992 + 8_448
    # A net of 96 pixels comes to 8 x 8 x 128 before its dense layer.
    convolutions = sum(
        9 * a * b + b for a, b in ((3, 32), (32, 64), (64, 64), (64, 128), (128, 128))
    )
    normalised = 4 * (32 + 64 + 64 + 128 + 128 + 1024)
    dense = (8 * 8 * 128 + 1) * 1024 + (1024 + 1) * 5
    assert told["parameters"]["smaller_vgg"] == convolutions + normalised + dense


def test_a_state_that_is_unknown_costs_nothing(told):
    found, expected = told["loss_of_several_labels"]
    assert found == pytest.approx(expected, rel=1e-5)


def test_weights_of_classes_multiply_what_is_learned_and_nothing_that_is_told(told):
    weighed = told["weighed"]
    assert weighed["off"] < 1e-4
    assert weighed["changed"] > 0.1
    totals, plain = weighed["totals"]
    assert totals == pytest.approx(plain)


def test_a_step_in_parts_is_the_same_step(told):
    accumulated = told["accumulated"]
    assert accumulated["most"] < 1e-6
    whole, parts = accumulated["totals"]
    assert parts == pytest.approx(whole, rel=1e-4)
    assert accumulated["traces"] == 1


def test_what_is_dropped_follows_from_the_seed_and_the_step(told):
    assert told["dropped"] == {"is_the_same": True, "is_done": True}


def test_first_weights_are_taken_by_name_and_shape_and_the_rest_is_said(told):
    files = told["weights_files"]
    assert files["is_taken"]
    assert files["sayings"] == [
        "fc4/kernel of the first weights is not in this network and was not taken.",
        "logits/bias of the first weights has another shape here and was not taken.",
        "logits/kernel of the first weights has another shape here and was not taken.",
        "fresh/kernel begins at random: the first weights do not have it.",
    ]
    assert "is not the file of first weights that was asked for" in files["refused"]
    one, again, other = files["digests"]
    assert one == again != other


def test_what_is_no_file_of_weights_is_refused_and_not_unpacked(told):
    said = told["hostile_weights"]
    assert "has no weights that fit this network" in said.pop("huge")
    assert len(said) == 5
    assert all("is no file of weights" in why for why in said.values())


def test_layers_may_calculate_in_bfloat16_with_weights_and_scores_in_full(told):
    assert told["in_bfloat16"] == {
        "weights": ["float32"],
        "layer": "bfloat16",
        "scores": "float32",
        "is_finite": True,
    }

"""Options of trainings: the same on every surface, and what weights of classes come to."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from cluster.cli.training_requests import request
from dashboard.pages.training.wording import OPTION_NAMES
from hub.errors import TrainingError
from hub.rules.runs import read_run, write_json
from hub.rules.trainings import CHOICES, RANGES, Options, make_options, weigh_classes
from tests.fixtures.run_folders import write_run_folder

ROOT = Path(__file__).resolve().parents[2]
NAMES = {field.name for field in fields(Options)}


def test_every_option_is_said_at_the_command_line_and_named_on_the_site_and_in_the_documentation():
    said = {param.name: param.opts[0] for param in request.params if param.name in NAMES}
    assert said.keys() == NAMES == OPTION_NAMES.keys()
    documented = (ROOT / "docs" / "training.md").read_text()
    assert [option for option in said.values() if f"| `{option}" not in documented] == []
    assert RANGES.keys() | CHOICES.keys() <= NAMES


def test_one_process_is_one_rank():
    said = [{}, {"launcher": "single"}, {"launcher": "single", "ranks": 3}]
    assert [make_options(each, minimum=1).ranks for each in said] == [2, 1, 3]


def test_balanced_classes_count_the_same_and_a_row_counts_one_on_average():
    balanced = make_options({"class_weights": "balanced"}, minimum=1)
    # As scikit-learn's compute_class_weight("balanced") says of 6, 3 and 1 rows.
    weights = weigh_classes(balanced, {"a": 6, "b": 3, "c": 1})
    assert weights == pytest.approx({"a": 10 / 18, "b": 10 / 9, "c": 10 / 3})
    assert weigh_classes(balanced, {"a": 6, "b": 0, "c": 2}) == pytest.approx({"a": 2 / 3, "c": 2})
    assert weigh_classes(make_options({}, minimum=1), {"a": 6, "b": 3}) == {}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"class_weights": "balanced", "multi_label": True}, "not for both"),
        ({"class_weights": "heavy"}, "one of none, balanced"),
        ({"weight_decay": -0.1}, "a number from 0 to 1"),
    ],
)
def test_what_cannot_be_is_refused(said, why):
    with pytest.raises(TrainingError, match=why):
        make_options(said, minimum=1)


def test_a_run_of_an_older_release_is_read_without_weights_of_classes(tmp_path):
    run = write_run_folder(tmp_path, train=4, validation=0)
    older = json.loads((tmp_path / "run.json").read_text())
    del older["class_weights"], older["options"]["class_weights"]
    write_json(tmp_path / "run.json", older)
    assert read_run(tmp_path).class_weights == {} == run.class_weights
    assert Options(**read_run(tmp_path).options) == Options(**run.options)

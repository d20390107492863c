"""What predicts is the training environment's Python, or it is said that it is not."""

from pathlib import Path

import pytest

from hub.errors import TrainingError
from jobs.train.predictor import Predictor


@pytest.mark.parametrize("python", ["/nowhere/python", "/bin/echo"])
def test_a_program_that_is_no_such_python_is_said_with_the_remedy(python):
    with pytest.raises(TrainingError, match=rf"no Python to predict with at {python}: .* HUB_"):
        Predictor(python, Path("model.keras"))

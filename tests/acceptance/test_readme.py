"""The README's first tour, typed as it stands: a hub of this machine's own, from init to down."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tour():
    """The commands of the tour, without their comments."""
    section = (ROOT / "README.md").read_text().split("## A first tour")[1].split("\n## ")[0]
    lines = re.findall(r"^    (.+)$", section, flags=re.MULTILINE)
    return [line.split("  #")[0].strip() for line in lines]


@pytest.fixture
def user(folder, draw):
    """A folder that the server's account can reach, and a home with pictures of cats."""
    place = Path(tempfile.mkdtemp(prefix="hub-readme-"))
    place.chmod(0o755)
    pictures = {f"{number}.jpg": draw(number, side=160) for number in range(5)}
    pictures["again.jpg"] = pictures["1.jpg"]
    home = folder("home", {f"Pictures/cats/{name}": bytes_ for name, bytes_ in pictures.items()})

    def type_in(command):
        return subprocess.run(
            ["bash", "-euc", command],
            cwd=place,
            env={
                "HOME": str(home),
                "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin:/usr/local/bin",
                "USER": "newcomer",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    type_in.place = place
    yield type_in
    type_in("hub down")
    shutil.rmtree(place)


def test_the_tour_works_as_written(user):
    commands = tour()
    assert commands[1] == "hub init"
    said = {}
    for command in commands:
        ended = user(command)
        assert ended.returncode == 0, f"{command}: {ended.stderr}"
        said[command.split(" ")[1]] = ended.stdout
    assert "OK" in said["verify"]
    pulled = user.place / "cats"
    assert len(list(pulled.rglob("*.jpg"))) == 5
    assert (pulled / "labels.csv").read_text().count("Cat") == 5

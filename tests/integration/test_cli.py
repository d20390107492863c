import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cluster.cli import COMMANDS, cli, main
from cluster.cli.output import counted, follow, print_table, progress
from cluster.doctor import TRAINED_WITH, examine
from hub.config import Settings
from hub.errors import HubError, LeaseHeld
from tests.fixtures.exported import train_python

ROOT = Path(__file__).parents[2]
HEAVY = {"pyspark", "numpy", "psycopg2", "pyarrow", "PIL", "deltalake", "pandas"}


def commands(group, path=("hub",)):
    """Every command under the group, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


each_command = pytest.mark.parametrize(
    ("words", "command"), [pytest.param(*found, id=" ".join(found[0])) for found in commands(cli)]
)


@each_command
def test_says_what_it_does(words, command):
    assert command.help


@each_command
def test_stands_in_the_documentation(words, command):
    if not isinstance(command, click.Group):
        assert f"`{' '.join(words)}" in (ROOT / "docs" / "commands.md").read_text()


@pytest.mark.parametrize("group", [[], *([name] for name in COMMANDS)], ids=str)
def test_help_loads_nothing_heavy(group):
    program = (
        "import sys; from cluster.cli import cli;"
        f"cli({[*group, '--help']!r}, standalone_mode=False);"
        f"print(sorted(set(sys.modules) & {HEAVY!r}), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout.startswith("Usage: ")
    assert ran.stderr == "[]\n"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (HubError("No such cat."), "No such cat."),
        (LeaseHeld("No such cat."), "No such cat."),
        (HubError("No 'b\u00e4r\x1b[2J\n'."), "No 'b\u00e4r\\x1b[2J\\n'."),
    ],
)
def test_an_error_is_one_line_and_a_code(error, said, monkeypatch, capsys):
    def fail(**_):
        raise error

    monkeypatch.setattr("cluster.cli.cli", fail)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == error.exit_code
    assert capsys.readouterr() == ("", f"hub: {said}\n")


# As Spark's: it calls Java in the middle of another call, and py4j says on the root logger why not.
INTERRUPTED = """
import click, signal, time, cluster.cli

says = compile("import logging; logging.exception('Broken.')", "/lib/py4j/java_gateway.py", "exec")

def interrupt(number, frame):
    exec(says)
    raise KeyboardInterrupt

@click.command()
def work():
    if SPARK:
        signal.signal(signal.SIGINT, interrupt)
    try:
        print("at work", flush=True)
        time.sleep(60)
    finally:
        print("the lease is given back", flush=True)

cluster.cli.cli = work
cluster.cli.main()
"""


@pytest.mark.parametrize("spark", [True, False], ids=["Spark", "no Spark"])
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_is_stopped_puts_away_what_it_holds_and_says_one_line(sent, code, spark):
    running = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED.replace("SPARK", str(spark))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background has them ignore it, and so what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert running.stdout.readline() == "at work\n"
    running.send_signal(sent)
    said, complaint = running.communicate(timeout=20)
    assert said == "the lease is given back\n"
    # The empty line ends the one on which a terminal shows ^C.
    assert complaint == (
        "\nhub: Stopped; run the same command again: nothing is lost or done twice.\n"
    )
    assert running.returncode == code


@pytest.mark.parametrize(
    ("words", "code"), [(["--help"], 0), (["label"], 2), (["purr"], 2), (["--version"], 0)], ids=str
)
def test_the_program_ends_with_the_code_of_its_usage(words, code):
    program = Path(sys.executable).with_name("hub")
    ran = subprocess.run([program, *words], capture_output=True, text=True)
    assert ran.returncode == code
    assert "Usage: hub" in ran.stdout + ran.stderr or words == ["--version"]


def test_every_setting_stands_in_the_documentation():
    documented = set(re.findall(r"HUB_[A-Z_]+", (ROOT / "docs" / "settings.md").read_text()))
    sources = [path for package in ("hub", "jobs", "cluster") for path in module_files(package)]
    named = {name for path in sources for name in re.findall(r'"(HUB_[A-Z_]+)', path.read_text())}
    assert named - documented == set()
    assert len(named) > 10


def module_files(package):
    return (ROOT / package).rglob("*.py")


def test_an_unknown_command_is_a_usage_error():
    result = CliRunner().invoke(cli, ["purr"])
    assert result.exit_code == 2
    assert "No such command 'purr'" in result.output


def test_a_malformed_setting_is_named(tmp_path):
    hub = Path(sys.executable).with_name("hub")
    environ = {"HUB_MIN_SIDE_PX": "many", "HUB_HOME": str(tmp_path / "home")}
    ran = subprocess.run([hub, "init"], env=environ, capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("hub: HUB_MIN_SIDE_PX is 'many'")
    assert not (tmp_path / "home").exists()


def test_doctor_finds_this_machine_fit():
    hub = Path(sys.executable).with_name("hub")
    ran = subprocess.run([hub, "doctor", "--json"], capture_output=True, text=True)
    report = json.loads(ran.stdout)
    assert report["ok"], report
    assert ran.returncode == 0
    assert {"Python", "Java", "Delta's jars"} <= {check["name"] for check in report["checks"]}


def test_doctor_names_what_is_missing_and_the_remedy(tmp_path):
    hub = Path(sys.executable).with_name("hub")
    environ = {"PATH": str(tmp_path), "HUB_HOME": str(tmp_path / "home")}
    ran = subprocess.run([hub, "doctor"], env=environ, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "Java: install Java 17 or 21" in ran.stdout
    assert "the hub's server: make it with `hub init`" in ran.stdout
    assert not (tmp_path / "home").exists()


def test_doctor_looks_at_what_is_trained_with_without_loading_it(tmp_path):
    pinned = (ROOT / "constraints" / "train.txt").read_text()
    for name, version in TRAINED_WITH.items():
        assert re.search(rf"^{name}(-cpu)?=={re.escape(version)}$", pinned, re.MULTILINE)
    other = tmp_path / "python"
    other.write_text('#!/bin/sh\necho \'{"tensorflow": "2.18.1", "horovod": "0.27.0"}\'\n')
    other.chmod(0o755)
    found = [look_at(python) for python in (train_python(), other, tmp_path, tmp_path / "none")]
    assert [check.state for check in found] == ["ok", "optional", "optional", "optional"]
    whole, old, *none = (check.found for check in found)
    assert whole.endswith(": tensorflow 2.18.1, horovod 0.28.1, petastorm 0.13.1")
    assert old == f"{other}: tensorflow 2.18.1, horovod 0.27.0, petastorm none"
    assert none == [f"none at {tmp_path}", f"none at {tmp_path}/none"]
    assert "make train-setup" in found[-1].remedy


def look_at(python):
    settings = Settings.from_env({"HUB_TRAIN_PYTHON": str(python)})
    [check] = [one for one in examine(settings) if one.name == "Python to train with"]
    return check


def test_a_table_is_aligned_and_obeys_no_escape_sequence(capsys):
    print_table(["name", "files"], [("cat\x1b[31m", 1234), ("dog", None)])
    assert (
        capsys.readouterr().out == "name         files\ncat\\x1b[31m  1,234\ndog              -\n"
    )


def test_a_number_that_a_command_takes_stands_as_the_command_takes_it(capsys):
    print_table(["file_id", "files"], [(1234, 1234)])
    assert capsys.readouterr().out.splitlines()[1].split() == ["1234", "1,234"]


def test_progress_gives_every_item_and_says_nothing_on_stdout(capsys):
    assert list(progress(range(3), "Reading")) == [0, 1, 2]
    assert capsys.readouterr().out == ""


def test_away_from_a_terminal_lines_of_progress_come_at_widening_intervals(capsys, monkeypatch):
    seconds = iter(range(200))
    monkeypatch.setattr("cluster.cli.output.monotonic", lambda: next(seconds) // 2)
    monkeypatch.setattr("cluster.cli.output._LOG_SECONDS", (10.0, 20.0))
    assert len([*progress(iter(range(100)), "reading", total=100)]) == 100
    first, second, third, *_ = capsys.readouterr().err.splitlines()
    assert first.endswith("of 100")
    told = [int(line.split()[1]) for line in (first, second, third)]
    assert 1.5 * told[0] < told[1] - told[0] == pytest.approx(told[2] - told[1], abs=2)


def test_who_waits_for_workers_is_told_how_many_rows_they_have_done(capsys, monkeypatch):
    monkeypatch.setattr("cluster.cli.output._LOG_SECONDS", (0.0, 0.0))
    follow(iter([0, 700, 1000]), "files checked", 1000)
    assert capsys.readouterr() == (
        "",
        "".join(f"files checked: {n} of 1,000\n" for n in ("0", "700", "1,000")),
    )


@pytest.mark.parametrize(("count", "said"), [(0, "0 files"), (1, "1 file"), (1234, "1,234 files")])
def test_one_thing_is_not_plural(count, said):
    assert counted(count, "file") == said

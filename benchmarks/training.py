"""Training: pictures into batches, ranks side by side, and the loop, each beside its peers.

    BENCH_IMAGES=5000 BENCH_ROUNDS=3 BENCH_SECONDS=8 python -m benchmarks.training

The training environment must be there (`make train-setup`). Contenders take turns within a round,
each a process of its own.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.contender import Measured
from benchmarks.environments import make_environment, version_in
from benchmarks.knobs import count, say
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.peers.train_names import MOSAIC
from benchmarks.pictures import draw
from benchmarks.processes import BenchError, run
from benchmarks.report import sum_up, write_result
from benchmarks.train_ranks import STEPS, ranks_round, steps_name
from cluster.simulation.simulating import DRAWING
from hub.config import Settings

_HERE = Path(__file__).parent
ROOT = _HERE.parent
_RESULT = _HERE / "results" / "training.json"
_QUICK_RESULT = _HERE / "results" / "training-quick.json"
_IMAGES, _ROUNDS, _SECONDS = 5000, 3, 8
_SIDE = 224
_LOOP_SIDE, _LOOP_IMAGES, _LOOP_EPOCHS = 64, 1000, 4
_TORCH = "mosaicml-streaming"
"""The environment of the loaders that need torch."""
_TRAIN_PACKAGES = ("tensorflow-cpu", "keras", "horovod", "petastorm")
_LOADERS = {
    "hub": "hub: run folder to TensorFlow's tensors",
    "tfrecord": "tf.data, TFRecord of JPEG",
    "webdataset": "webdataset {webdataset}",
    "mosaicml_streaming": "MosaicML Streaming {mosaicml-streaming}",
    "petastorm": "Petastorm {petastorm} as it comes, JPEG",
    "tfrecord_raw": "tf.data, TFRecord of pixels",
}
_TORCH_LOADERS = ("webdataset", "mosaicml_streaming")

Turn = Callable[[], Measured]


class Environments:
    """The Pythons that contenders run in, and what they see of this process's environment."""

    def __init__(self, work: Path, environ: Mapping[str, str]) -> None:
        self.train = Settings.from_env(environ).train_python
        if not os.access(self.train, os.X_OK):
            raise BenchError(f"there is no {self.train}: `make train-setup` makes it")
        self.work = work
        self.environ = {
            **environ,
            "PYTHONPATH": str(ROOT),
            "PATH": f"{self.train.parent}{os.pathsep}{environ.get('PATH', os.defpath)}",
            "TF_CPP_MIN_LOG_LEVEL": "2",
        }
        self.torch: Path | None = None
        self.left_out: dict[str, str] = {}
        try:
            self.torch = make_environment(work, _TORCH, environ=environ)
        except BenchError as error:
            self.leave_out(_TORCH_LOADERS, "the environment could not be made by pip", error)

    def leave_out(self, names: Sequence[str], why: str, error: BenchError) -> None:
        """Note why contenders are left out; what was said is told and not kept."""
        self.left_out |= dict.fromkeys(names, why)
        say(f"{', '.join(names)}: left out: {why}: {error}")

    def run(self, python: Path, *words: str, **more: str) -> str:
        """Run a module of the peers; return what it prints."""
        module, *arguments = words
        command = [str(python), "-m", f"benchmarks.peers.{module}", *arguments]
        return run(
            command, environ={**self.environ, **more}, log=self.work / f"{module}.log"
        ).output

    def versions(self) -> dict[str, str]:
        found: dict[str, str] = {}
        wanted = [(self.train, name) for name in _TRAIN_PACKAGES]
        wanted += [(self.torch, name) for name in (_TORCH, "webdataset", "torch") if self.torch]
        for python, name in wanted:
            log = self.work / "version.log"
            found |= version_in(python, name, environ=self.environ, log=log)
        return found


def measure(
    *, images: int, rounds: int, seconds: int, environ: Mapping[str, str]
) -> dict[str, Any]:
    """Measure and return the result. Raises BenchError if a contender does not do its work."""
    work = _HERE / "work"
    work.mkdir(exist_ok=True)
    say("the peers' environment, made once")
    places = Environments(work, environ)
    data = _prepare(places, images=images)
    loader = _turns(
        {
            name: _loader_turn(places, name, data, images=images, seconds=seconds)
            for name in _LOADERS
            if name not in places.left_out
        },
        rounds,
        what="loader",
    )
    scaling = {
        steps_name(*steps): [
            ranks_round(places, *steps, seconds=seconds, number=number) for number in range(rounds)
        ]
        for steps in STEPS
    }
    loop = _turns(
        {"hub": lambda: _hub_loop(places, data), "tensorflow": lambda: _bare_loop(places, data)},
        rounds,
        what="loop",
    )
    return {
        "benchmark": "training",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions() | places.versions(),
        "images": images,
        "seconds": seconds,
        "loader": sum_up(loader),
        "scaling": {name: sum_up(turns) for name, turns in scaling.items()},
        "loop": sum_up(loop),
        "left_out": places.left_out,
    }


def _prepare(places: Environments, *, images: int) -> Path:
    """Write the pictures as each loader wants them, once."""
    data = places.work / f"training-{images}-{DRAWING}"
    if not (data / "whole").exists():
        shutil.rmtree(data, ignore_errors=True)
        pictures = draw(places.work, images=images)
        say("the pictures in every loader's format, once")
        words = (str(pictures.folder), str(data))
        places.run(places.train, "train_data", *words, str(_SIDE), str(images))
        places.run(places.train, "train_data", *words, str(_LOOP_SIDE), str(_LOOP_IMAGES))
        (data / "whole").touch()
    if places.torch and not (data / MOSAIC / "index.json").exists():
        shutil.rmtree(data / MOSAIC, ignore_errors=True)
        places.run(places.torch, "train_loaders", "write_mosaic", str(data), "0", "0")
    return data


def _turns(contenders: Mapping[str, Turn], rounds: int, *, what: str) -> list[dict[str, Measured]]:
    """Let all take their turns, in the opposite order in every second round."""
    turns = []
    for number in range(rounds):
        done = {}
        for name in [*contenders][:: 1 if number % 2 == 0 else -1]:
            done[name] = contenders[name]()
            say(f"{what}, round {number + 1}: {name}: {done[name].rate:.1f} images/s")
        turns.append({name: done[name] for name in contenders})
    return turns


def _loader_turn(places: Environments, name: str, data: Path, *, images: int, seconds: int) -> Turn:
    python = places.torch if name in _TORCH_LOADERS else places.train
    assert python is not None

    def turn() -> Measured:
        words = ("train_loaders", name, str(data), str(_SIDE), str(seconds))
        told = json.loads(places.run(python, *words).splitlines()[-1])
        if (told["seen"], told["most"]) != (images, 1):
            raise BenchError(f"{name} read {told['seen']} of {images} pictures")
        if told["images"] != images * told["epochs"]:
            raise BenchError(f"{name} read {told['images']} pictures in {told['epochs']} epochs")
        return Measured(told["images"], told["seconds"], told["start"])

    return turn


def _hub_loop(places: Environments, data: Path) -> Measured:
    """Time `jobs.train.worker` as one rank, by what it tells of its epochs but the first."""
    folder = places.work / "training-run"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(data / str(_LOOP_SIDE), folder)
    settings = json.loads((folder / "run.json").read_bytes())
    settings["options"]["epochs"] = _LOOP_EPOCHS
    (folder / "run.json").write_text(json.dumps(settings))
    command = [str(places.train), "-m", "jobs.train.worker", str(folder)]
    lease = {"HUB_LEASE_SECONDS": "3600"}
    run(command, environ={**places.environ, **lease}, log=places.work / "loop.log")
    events = map(json.loads, (folder / "events.jsonl").read_text().splitlines())
    rates = [one["images_per_second"] for one in events if one["event"] == "epoch"]
    shutil.rmtree(folder)
    return _measured(rates)


def _bare_loop(places: Environments, data: Path) -> Measured:
    words = ("train_loop", str(data / str(_LOOP_SIDE)), str(_LOOP_EPOCHS))
    return _measured(json.loads(places.run(places.train, *words).splitlines()[-1]))


def _measured(rates: Sequence[float]) -> Measured:
    """Sum up epochs, without the first, in which functions are traced."""
    later = rates[1:]
    seconds = sum(_LOOP_IMAGES / rate for rate in later)
    return Measured(_LOOP_IMAGES * len(later), seconds, _LOOP_IMAGES / rates[0])


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: three tables."""
    machine, versions = result["machine"], result["versions"]
    rounds = len(result["loader"]["rounds"])
    told = ", ".join(f"{name} {number}" for name, number in versions.items())
    return "\n".join(
        [
            f"Medians of {rounds} rounds; {result['measured_on']}; {machine['processor']},"
            f" {machine['cores']} cores, {machine['memory_gib']} GiB; {told}.",
            "",
            f"| {result['images']:,} pictures into batches of 32 of {_SIDE} pixels | images/s"
            " | hub / this |",
            "|---|---|---|",
            *(
                _row(_LOADERS[name].format(**versions), result["loader"], name)
                for name in result["loader"]["medians"]
            ),
            "",
            *(f"{name} is left out: {why}.\n" for name, why in result["left_out"].items()),
            "| two ranks on two cores | images/s | two processes by themselves | ratio |",
            "|---|---|---|---|",
            *(_scaling_row(name, summed) for name, summed in result["scaling"].items()),
            "",
            f"| SmallerVGGNet at {_LOOP_SIDE} pixels, one process | images/s | hub / this |",
            "|---|---|---|",
            _row("hub: `jobs.train.worker`", result["loop"], "hub"),
            _row("bare TensorFlow, pictures in memory", result["loop"], "tensorflow"),
        ]
    )


def _row(text: str, summed: Mapping[str, Any], name: str) -> str:
    ratio = summed["ratios"].get(name)
    rate = summed["medians"][name]["images_per_second"]
    return f"| {text} | {rate:.0f} | {f'**{ratio:.2f}**' if ratio is not None else ''} |"


def _scaling_row(name: str, summed: Mapping[str, Any]) -> str:
    hub, alone = (summed["medians"][one]["images_per_second"] for one in ("hub", "unconnected"))
    return f"| {name} | {hub:.1f} | {alone:.1f} | **{summed['ratios']['unconnected']:.2f}** |"


def main() -> None:
    """Measure, write results/training.json (of a whole run) and print the tables."""
    try:
        images = count(os.environ, "BENCH_IMAGES", default=_IMAGES)
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        seconds = count(os.environ, "BENCH_SECONDS", default=_SECONDS)
        result = measure(images=images, rounds=rounds, seconds=seconds, environ=os.environ)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    if images >= _IMAGES and rounds >= _ROUNDS and seconds >= _SECONDS:
        write_result(_RESULT, result)
        write_table("training", lay_out(result))
    else:
        write_result(_QUICK_RESULT, result)
    print(lay_out(result))


if __name__ == "__main__":
    main()

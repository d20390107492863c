"""`make fuzz`: judge seeded mutants of picture files; FUZZ_MUTANT writes one of them to a file."""

import os
import sys
import time
from pathlib import Path

import click

from tests.fuzz.fuzzing import fuzz
from tests.fuzz.mutants import mutant
from tests.fuzz.seeds import seeds


def main():
    seed = int(os.environ.get("FUZZ_SEED") or 1)
    only = os.environ.get("FUZZ_MUTANT")
    if only:
        path = Path(f"mutant-{seed}-{int(only)}.bin")
        path.write_bytes(mutant(int(only), seed=seed, seeds=seeds()))
        click.echo(path)
        return 0
    count, start = int(os.environ.get("FUZZ_MUTANTS") or 20_000), time.monotonic()

    def watch(done):
        seconds = time.monotonic() - start
        click.echo(f"fuzz: {done} of {count}, {seconds:.0f} s", err=True)

    summary = fuzz(count, seed=seed, watch=watch)
    for reason, number in summary.counts.most_common():
        click.echo(f"{number:8} {reason}")
    click.echo("slowest {:.3f} s of processor time: mutant {}".format(*summary.slowest))
    click.echo(f"largest {summary.largest[0] / 1e6:.1f} MB: mutant {summary.largest[1]}")
    for name, found in (("ended", summary.ended), ("FAILED", summary.failures)):
        for number, told in list(found.items())[:20]:
            click.echo(f"{name}: mutant {number} of seed {seed}: {told}")
    return 1 if summary.failures else 0


if __name__ == "__main__":
    sys.exit(main())

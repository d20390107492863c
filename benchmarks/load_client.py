"""Many clients at once, each asking one thing after another, of the kinds that the plan names.

    python -m benchmarks.load_client < plan.json

Prints how long each request took, by kind, and how many were not answered as they should be.
"""

import http.client
import json
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

_READ = 1 << 20
_PATIENCE_S = 120


@dataclass
class Seen:
    """What one client has seen."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    bytes: int = 0


def main() -> None:
    """Read the plan, ask until its time is over, and print what was seen."""
    plan = json.load(sys.stdin)
    seen = [Seen() for _ in range(plan["clients"])]
    until = time.monotonic() + plan["seconds"]
    threads = [
        threading.Thread(target=_ask_until, args=(until, plan, number, one))
        for number, one in enumerate(seen)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(_told(seen, set(plan["kinds"]), took=time.monotonic() - begun)))


def _ask_until(until: float, plan: Mapping[str, Any], number: int, seen: Seen) -> None:
    random = Random(number)
    connection = http.client.HTTPConnection(plan["host"], plan["port"], timeout=_PATIENCE_S)
    while time.monotonic() < until:
        kind = random.choice(plan["kinds"])
        asked = random.choice(plan["requests"][kind])
        begun = time.perf_counter()
        try:
            status, size = _ask(connection, asked, headers=plan["headers"][number])
        except (OSError, http.client.HTTPException) as error:
            seen.wrong[type(error).__name__] += 1
            connection.close()
            continue
        seen.seconds[kind].append(time.perf_counter() - begun)
        seen.bytes += size
        if status != http.HTTPStatus.OK or size < asked["at_least"]:
            seen.wrong[f"{kind}: {status}, {size} bytes"] += 1


def _ask(
    connection: http.client.HTTPConnection, asked: Mapping[str, Any], *, headers: Mapping[str, str]
) -> tuple[int, int]:
    body = json.dumps(asked["body"]) if asked["body"] is not None else None
    own = {**headers, **({"Content-Type": "application/json"} if body else {})}
    connection.request("POST" if body else "GET", asked["path"], body, own)
    answer = connection.getresponse()
    buffer, size = memoryview(bytearray(_READ)), 0
    while got := answer.readinto(buffer):
        size += got
    return answer.status, size


def _told(seen: Sequence[Seen], kinds: set[str], *, took: float) -> dict[str, Any]:
    wrong: Counter[str] = Counter()
    for one in seen:
        wrong.update(one.wrong)
    return {
        "seconds": {kind: sorted(s for one in seen for s in one.seconds[kind]) for kind in kinds},
        "wrong": dict(wrong),
        "bytes": sum(one.bytes for one in seen),
        "took": took,
    }


if __name__ == "__main__":
    main()

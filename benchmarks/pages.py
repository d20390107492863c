"""Pages in a browser at 1.74 million pictures: when they show what they are for, how they answer.

    BENCH_CATALOGUE=1740000 BENCH_ROUNDS=5 python -m benchmarks.pages

Chromium with an empty cache opens each page of `hub site`, beside a bare Dash page of one heading;
then somebody adds labels to a pick. Times are the browser's own, from the navigation or the key.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.facets import fill, list_largest_own
from benchmarks.knobs import count, say
from benchmarks.load import serving_dash, serving_hub
from benchmarks.machine import describe_machine, list_versions
from benchmarks.page import write_table
from benchmarks.processes import BenchError
from benchmarks.report import write_result
from cluster import postgres
from hub.db import connect
from hub.services import sessions, summaries
from hub.services.accounts import add_user
from hub.services.labels import find_label

_HERE = Path(__file__).parent
_RESULT = _HERE / "results" / "pages.json"
_QUICK_RESULT = _HERE / "results" / "pages-quick.json"
_PICTURES, _ROUNDS = 1_740_000, 5
_HOST = "127.0.0.1"
_WAIT_MS = 60_000

# Useful: the heading of the page itself is there, not only what stands around it.
_WATCH = """
window.seen = {};
new MutationObserver(() => {
  const heading = document.querySelector("#shell-content h1, #bare h1");
  if (heading && !window.seen.useful) window.seen.useful = performance.now();
}).observe(document, { childList: true, subtree: true });
"""
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
# From the key that chose a label to the first new count.
_ARM = """
() => {
  const shown = document.querySelector("#pick-count");
  const before = shown.innerText;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter") window.pressed = performance.now();
  }, { capture: true });
  window.answered = null;
  new MutationObserver((_, observer) => {
    if (window.pressed && shown.innerText !== before && /\\d/.test(shown.innerText)) {
      window.answered = performance.now() - window.pressed;
      observer.disconnect();
    }
  }).observe(shown, { childList: true, subtree: true, characterData: true });
  window.pressed = null;
}
"""


def measure(pictures: int, *, rounds: int) -> dict[str, Any]:
    """Draw the catalogue, open every page and return the result."""
    # Under /tmp: the account that root's server runs under cannot reach every folder.
    home = Path(tempfile.mkdtemp(prefix="hub-bench-pages-"))
    home.chmod(0o711)
    postgres.create(home, fsync=False)
    postgres.start(home, fsync=False)
    try:
        url = postgres.database_url(home)
        fill(url, pictures)
        session, names, ids = _prepare(url)
        with _chromium() as browser, serving_hub(home) as (port, _):
            opened = {
                name: _open_often(browser, port, path, session=session, rounds=rounds)
                for name, path in _paths(names, ids).items()
            }
            picked = [_pick(browser, port, names, session=session) for _ in range(rounds)]
        with _chromium() as browser, serving_dash(url, home / "none.zip") as (port, _):
            opened["bare"] = _open_often(browser, port, "/", session=session, rounds=rounds)
    finally:
        postgres.stop(home)
        shutil.rmtree(home)
    return {
        "benchmark": "pages",
        "measured_on": datetime.now(UTC).date().isoformat(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "pictures": pictures,
        "rounds": rounds,
        "pages": opened,
        "pick_ms": [median(one[number] for one in picked) for number in range(len(picked[0]))],
    }


def _prepare(url: str) -> tuple[str, list[str], dict[str, str]]:
    """Return somebody's session, the commonest labels, and the ids of a picture and a label."""
    with connect(url) as db:
        summaries.refresh(db)
        names = [one.name for one in list_largest_own(db)]
        session = sessions.begin(db, add_user(db, "olga", role="ops"))
        with db.cursor() as cursor:
            cursor.execute("UPDATE hub_user SET toured_at = now()")
            cursor.execute("SELECT image_id FROM image ORDER BY image_no DESC LIMIT 1")
            [(image_id,)] = cursor.fetchall()
        key = find_label(db, names[0]).label_key
    return session, names, {"image": str(image_id), "label": key}


def _paths(names: list[str], ids: Mapping[str, str]) -> dict[str, str]:
    return {
        "home": "/",
        "labels": "/labels",
        "labels by newest": "/labels?sort=newest",
        "label": f"/labels/{ids['label']}",
        "image": f"/images/{ids['image']}",
        "map": "/map",
        "pick": f"/pick?labels={names[0].replace(' ', '%20')}&with_descendants=1",
        "subsets": "/subsets",
        "review": "/review",
        "ops": "/ops",
        "users": "/users",
    }


@contextmanager
def _chromium() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        raise BenchError("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def _window(browser: Browser, port: int, session: str) -> Iterator[Page]:
    context = browser.new_context(base_url=f"http://{_HOST}:{port}")
    context.add_cookies(
        [{"name": "hub_session", "value": session, "url": f"http://{_HOST}:{port}"}]
    )
    context.add_init_script(_WATCH)
    yield context.new_page()
    context.close()


def _open_often(
    browser: Browser, port: int, path: str, *, session: str, rounds: int
) -> dict[str, float]:
    times = []
    # The first warms Postgres and the site's processes.
    for _ in range(1 + rounds):
        with _window(browser, port, session) as page:
            page.goto(path)
            page.wait_for_function("() => window.seen.useful", timeout=_WAIT_MS)
            times.append((page.evaluate(_PAINT), page.evaluate("window.seen.useful")))
    told = {
        "first_ms": times[0][1],
        "paint_ms": median(paint or useful for paint, useful in times[1:]),
        "useful_ms": median(useful for _, useful in times[1:]),
    }
    say(f"{path[:40]}: " + ", ".join(f"{key} {value:.0f}" for key, value in told.items()))
    return told


def _pick(browser: Browser, port: int, names: list[str], *, session: str) -> list[float]:
    """Add three labels to a pick; return how long each took to change the count, in ms."""
    took = []
    with _window(browser, port, session) as page:
        page.goto("/pick")
        box = page.get_by_role("textbox", name="Labels", exact=True)
        box.wait_for(timeout=_WAIT_MS)
        page.wait_for_load_state("networkidle")
        for name in names[:3]:
            box.fill(name)
            page.get_by_role("option", name=name).first.wait_for()
            page.evaluate(_ARM)
            box.press("ArrowDown")
            box.press("Enter")
            page.wait_for_function("() => window.answered", timeout=_WAIT_MS)
            took.append(float(page.evaluate("window.answered")))
            page.wait_for_load_state("networkidle")
    return took


def lay_out(result: Mapping[str, Any]) -> str:
    """Return the result as Markdown: a line a page."""
    machine = result["machine"]
    lines = [
        f"{result['pictures']:,} pictures; Chromium with an empty cache, median of"
        f" {result['rounds']} after one; {result['measured_on']}; {machine['processor']},"
        f" {machine['cores']} cores, which browser, site and Postgres share.",
        "",
        "| page | first paint, ms | the page itself, ms | of a bare Dash page, times |",
        "|---|---|---|---|",
    ]
    bare = result["pages"]["bare"]["useful_ms"]
    for name, told in result["pages"].items():
        shown = "bare Dash, one heading" if name == "bare" else name
        lines.append(
            f"| {shown} | {told['paint_ms']:.0f} | **{told['useful_ms']:.0f}** |"
            f" {told['useful_ms'] / bare:.2f} |"
        )
    picked = ", ".join(f"{one:.0f}" for one in result["pick_ms"])
    lines += ["", f"A label added to a pick, from the key to the new count: {picked} ms."]
    return "\n".join(lines)


def main() -> None:
    """Measure, then write results/pages.json, or pages-quick.json of a run that is not whole."""
    try:
        pictures = count(os.environ, "BENCH_CATALOGUE", default=_PICTURES)
        rounds = count(os.environ, "BENCH_ROUNDS", default=_ROUNDS)
        result = measure(pictures, rounds=rounds)
    except BenchError as error:
        sys.exit(f"bench: {error}")
    is_whole = pictures >= _PICTURES and rounds >= _ROUNDS
    write_result(_RESULT if is_whole else _QUICK_RESULT, result)
    if is_whole:
        write_table("pages", lay_out(result))
    print(lay_out(result))


if __name__ == "__main__":
    main()

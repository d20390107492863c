"""Makes pages of facts: self-contained HTML in which whatever came from outside is text alone."""

from collections.abc import Mapping
from datetime import UTC, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from hub.reports import wording
from hub.reports.charts import HEIGHT, WIDTH, Chart, Mark, draw_pixels, draw_shares
from hub.reports.facts import BatchReport, DuplicateSheet, Quality
from hub.reports.pictures import Pictures
from hub.rules.quality import THRESHOLDS
from hub.services.batches import counted

_LONGEST_NAME = 160
_UNITS = ("bytes", "kB", "MB", "GB")


def render_batch(report: BatchReport, pictures: Pictures) -> str:
    """Return the page of a batch."""
    return (
        _environment()
        .get_template("batch.html")
        .render(
            report=report,
            totals=_totals(report),
            pictures=pictures,
            charts=draw_quality(report.quality),
        )
    )


def render_sheet(sheet: DuplicateSheet, pictures: Pictures) -> str:
    """Return the page of duplicates side by side."""
    return _environment().get_template("duplicates.html").render(sheet=sheet, pictures=pictures)


def _totals(report: BatchReport) -> Mapping[str, int]:
    totals = dict.fromkeys(("published", "duplicate", "rejected", "pending"), 0)
    for row in report.outcomes:
        totals[row.outcome] += row.files
    return totals


def _environment() -> Environment:
    # Strict, so that a fact which is gone fails a test and leaves no hole in a page.
    environment = Environment(
        loader=PackageLoader("hub.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "name": shown_name,
        "leaf": lambda path: shown_name(path.rpartition("/")[2]),
        "folder": lambda path: shown_name(path.rpartition("/")[0]),
        "number": lambda number: f"{number:,}",
        "share": shown_share,
        "size": shown_size,
        "moment": shown_moment,
        "became": lambda rows_out: counted(rows_out).replace("_", " "),
    }
    environment.globals |= {"wording": wording, "chart_size": (WIDTH, HEIGHT)}
    return environment


def draw_quality(quality: Quality) -> Mapping[str, Chart]:
    """Draw every histogram, with the thresholds of docs/quality.md and the hub's own limits."""
    marks = _marks(quality)
    return {
        name: (draw_pixels if name.endswith("_px") else draw_shares)(histogram, marks.get(name, []))
        for name, histogram in quality.histograms.items()
    }


def _marks(quality: Quality) -> Mapping[str, list[Mark]]:
    marks = {
        measure: [Mark(value, f"{wording.ISSUES[kind].lower()}: {side} {value:g}", is_issue_below)]
        for kind, (measure, value, is_issue_below) in THRESHOLDS.items()
        for side in ["below" if is_issue_below else "above"]
    }
    least = quality.min_side_px
    marks["shorter_side_px"] = [Mark(least, f"refused: below {least:,}", True)]
    if quality.usual_size_px:
        low, high = quality.usual_size_px
        marks["size_px"] = [
            Mark(low, f"odd: below {low:,.0f}", True),
            Mark(high, f"odd: above {high:,.0f}", False),
        ]
    return marks


def shown_name(name: str) -> str:
    """Make a name from outside fit to be read: signs that cannot be seen, or that turn the
    direction of writing, are written out, and the middle of a long one is left out."""
    seen = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in name)
    if len(seen) <= _LONGEST_NAME:
        return seen
    half = _LONGEST_NAME // 2
    return f"{seen[:half]} ... {seen[-half:]}"


def shown_share(part: float, whole: float = 1.0) -> str:
    """Say a part of a whole in per cent: `2.5%`; small ones are not told to be none."""
    share = 100 * part / whole if whole else 0.0
    return "under 0.1%" if 0 < share < 0.1 else f"{share:.1f}%"


def shown_size(count: int) -> str:
    """Say bytes as people do: `285 kB`, `1.2 MB`."""
    size, unit = float(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit < 2 or size >= 10 else f"{size:.1f} {_UNITS[unit]}"


def shown_moment(moment: datetime) -> str:
    """Say a time to the minute, in UTC."""
    return f"{moment.astimezone(UTC):%d %b %Y, %H:%M} UTC".removeprefix("0")

"""How one submission is laid out: its counts, and what became of every file."""

from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.addresses import whole_number
from dashboard.pages.submissions.words import OUTCOMES, counts_of, reason_words
from dashboard.parts import count_text, empty, link_button, page_head, section, stat, time_text
from dashboard.site import caller, open_db
from hub.errors import NotFound
from hub.rules.remedies import REMEDIES
from hub.services.submission_reports import ISSUES, FilePage, FileReport, page_files

_MOST = 50
_SIDE_PX = 100


def layout(key: str, outcome: str = "", skip: str = "", **_others: str) -> Component:
    """Return some files of a submission: one's own; ops see everybody's. Raises NotFound."""
    viewer = caller("read").viewer
    number = whole_number(key)
    if number is None:
        raise NotFound(f"There is no submission {key[:40]}.")
    chosen = outcome if outcome in OUTCOMES else None
    skipped = whole_number(skip) or 0
    with open_db() as db:
        page = page_files(db, number, supplier=viewer, outcome=chosen, most=_MOST, skip=skipped)
    one = page.submission
    return html.Div(
        [
            page_head(
                f"{one.label}: submission {one.id}",
                f"Receipt {one.receipt} of {one.supplier}, {time_text(one.received_at)}.",
                link_button("All submissions", "/submissions", is_quiet=True),
            ),
            _counts(page),
            section("Files", _filters(page, chosen), *_files(page, chosen, skipped)),
        ]
    )


def _counts(page: FilePage) -> Component:
    counts = counts_of(page.submission)
    figures = [stat("Submitted", count_text(page.submission.submitted))]
    for name, words in OUTCOMES.items():
        figures.append(stat(words.capitalize(), count_text(counts[name])))
    return dmc.SimpleGrid(figures, cols={"base": 2, "sm": 3, "lg": 5})


def _filters(page: FilePage, chosen: str | None) -> Component:
    here = f"/submissions/{page.submission.id}"
    counts = counts_of(page.submission)
    ways = [("All", here, chosen is None)] + [
        (words.capitalize(), f"{here}?{urlencode({'outcome': name})}", chosen == name)
        for name, words in OUTCOMES.items()
        if counts[name]
    ]
    shown = [
        dmc.Anchor(
            text,
            href=href,
            className="submission-way",
            **({"aria-current": "page"} if is_on else {}),
        )
        for text, href, is_on in ways
    ]
    return html.Nav(dmc.Group(shown, gap="xs"), **{"aria-label": "Files by what became of them"})


def _files(page: FilePage, chosen: str | None, skipped: int) -> list[Component]:
    if not page.files:
        return [empty("There are no such files.")]
    rows = html.Ul(
        [_row(file, page.submission.label) for file in page.files], className="submit-files"
    )
    asked = {"outcome": chosen} if chosen else {}
    here = f"/submissions/{page.submission.id}"
    ways = []
    if skipped:
        before = {**asked, "skip": max(0, skipped - _MOST)}
        ways.append(link_button("Before", f"{here}?{urlencode(before)}", is_quiet=True))
    if page.following is not None:
        after = {**asked, "skip": page.following}
        ways.append(link_button("Next", f"{here}?{urlencode(after)}", is_quiet=True))
    return [rows, dmc.Group(ways, mt="md")]


def _row(file: FileReport, label: str) -> Component:
    return html.Li(
        [
            html.Div(_pictures(file, label), className="submission-pictures"),
            html.Div(
                [
                    html.Span(file.path, className="submit-name"),
                    html.Div(_words(file), className="submit-words"),
                ]
            ),
        ],
        className="submit-file submission-file",
        **{"data-kind": file.outcome},
    )


def _pictures(file: FileReport, label: str) -> list[Component]:
    """Return the published picture, or a file that repeats one beside the one that is kept."""
    if file.outcome == "duplicate" and file.duplicate_of:
        own = f"/api/v1/duplicates/{file.file_id}/thumbnail?side={_SIDE_PX}"
        return [_thumbnail(own, "Your picture"), _link(file.duplicate_of, "The hub's picture")]
    if file.outcome == "published" and file.image_id:
        return [_link(file.image_id, label)]
    return [html.Div(className="submit-thumbnail")]


def _link(image_id: str, alt: str) -> Component:
    address = f"/api/v1/images/{image_id}/thumbnail?side={_SIDE_PX}"
    return dmc.Anchor(_thumbnail(address, alt), href=f"/images/{image_id}")


def _thumbnail(address: str, alt: str) -> Component:
    return html.Img(src=address, alt=alt, width=72, height=72, className="submit-thumbnail")


def _words(file: FileReport) -> list[Component]:
    if file.outcome == "published":
        issues = ", ".join(ISSUES.get(issue, issue) for issue in file.issues)
        hint = [_hint(f"Hint: it is {issues}.")] if issues else []
        return [_badge("Published"), *hint]
    if file.outcome == "rejected":
        reason = str(file.reason)
        return [_badge("Refused"), html.Span(f"{reason_words(reason)}: {REMEDIES[reason]}.")]
    if file.outcome == "duplicate":
        return _repeat_words(file)
    return [_badge("Waits"), html.Span("The next batch decides on it.")]


def _repeat_words(file: FileReport) -> list[Component]:
    words = [_badge("We had this picture"), html.Span(f"Why: {file.why}.")]
    if file.undone:
        words.append(html.Span("That was taken back."))
    if file.again_in is not None:
        again = dmc.Anchor(f"submission {file.again_in}", href=f"/submissions/{file.again_in}")
        words.append(html.Span(["It was received again in ", again, "."]))
    return words


def _badge(text: str) -> Component:
    return html.Strong(text, className="submit-badge")


def _hint(text: str) -> Component:
    return html.Span(text, className="submit-hint")

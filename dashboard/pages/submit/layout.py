"""How the page to submit pictures is laid out; assets/submit.js lists the files in it."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.submit.ids import Ids
from dashboard.parts import link_button, page_head, section
from dashboard.site import open_db, settings
from dashboard.uploading import MOST_LABELS
from hub.rules.licences import DEFAULT_LICENCE, LICENCES, licence_url, properties_of
from hub.services.facets import LabelChoice, list_choices
from hub.services.submission_reports import ISSUES
from hub.services.uploads import MOST_FILES

_LEAD = (
    "Every picture is looked at as soon as it is here, by the rules of the hub: you see what is"
    " new, what the hub has already and what would be refused, before you submit."
)
_MEANS = {
    "commercial": "may use them commercially",
    "changes": "may share them changed",
    "attribution": "must name the author",
    "share-alike": "must share what they make of them under the same terms",
}
_MEANS_NOT = {
    "commercial": "may not use them commercially",
    "changes": "may not share them changed",
}


def layout(label: str = "", **_others: str) -> Component:
    """Return the page with nothing brought yet; a label's page leads here with its label."""
    with open_db() as db:
        choices = list_choices(db, evidence=settings().trainable_evidence)
    limits = {
        "files": MOST_FILES,
        "bytes": settings().max_file_bytes,
        "bytes_text": _largest(),
        "issues": ISSUES,
    }
    return html.Div(
        [
            page_head(
                "Submit pictures",
                _LEAD,
                link_button("My submissions", "/submissions", is_quiet=True),
            ),
            html.Div(id=Ids.RECEIPT, tabIndex=-1),
            section("1. Bring pictures", *_bring()),
            section("2. Say what they are", _say(choices, label)),
            section("3. Submit", _send()),
            dcc.Store(id=Ids.LIMITS, data=limits),
            dcc.Store(id=Ids.STARTED),
            dcc.Store(id=Ids.SENT),
        ],
        className="submit",
    )


def licence_meaning(licence: str) -> list[Component | str]:
    """Say what a licence of the list lets people do, with a link to its text."""
    has = properties_of(licence)
    if has is None:
        return ["Nobody can say what is allowed: such pictures are left out of most subsets."]
    said = [_MEANS[name] if name in has else _MEANS_NOT.get(name) for name in _MEANS]
    *first, last = filter(None, said)
    words = f"Others {', '.join(first)} and {last}. "
    url = licence_url(licence)
    if not url:
        return [words]
    return [words, dmc.Anchor("Its text", href=url, target="_blank", underline="always")]


def _largest() -> str:
    """Return the setting as people write it: in MiB."""
    return f"{settings().max_file_bytes / 1024**2:.4g} MiB"


def _bring() -> list[Component]:
    limits = f"JPEG, PNG or WebP, up to {_largest()} each,"
    return [
        html.Div(
            [
                dmc.Text("Drop pictures or folders here", fw=600, size="lg"),
                dmc.Text(f"{limits} {MOST_FILES:,} at a time", c="dimmed", size="sm"),
                dmc.Group(
                    [
                        html.Button("Choose pictures", id=Ids.CHOOSE_FILES, className="button"),
                        html.Button(
                            "Choose a folder",
                            id=Ids.CHOOSE_FOLDER,
                            className="button button-quiet",
                        ),
                    ],
                    justify="center",
                ),
            ],
            id=Ids.DROP,
            className="submit-drop",
        ),
        html.Div(id=Ids.SUMMARY, className="submit-summary"),
        html.Div(id=Ids.SAID, role="status", className="submit-aloud"),
        html.Ul(id=Ids.FILES, className="submit-files", **{"aria-label": "Pictures you brought"}),
    ]


def _say(choices: list[LabelChoice], label: str) -> Component:
    return dmc.SimpleGrid(
        [
            _labels(choices, label),
            _licence(),
            dmc.TextInput(
                id=Ids.AUTHOR,
                label="Author",
                description="Whom to name; empty: you",
            ),
            dmc.TextInput(
                id=Ids.SOURCE,
                label="Address they come from",
                description="If they are on the web",
                placeholder="https://",
            ),
            _place(),
            dmc.Group(
                [_degrees(Ids.LON, "Longitude", 180), _degrees(Ids.LAT, "Latitude", 90)],
                grow=True,
                align="flex-end",
            ),
        ],
        cols={"base": 1, "sm": 2},
        verticalSpacing="md",
    )


def _labels(choices: list[LabelChoice], label: str) -> Component:
    return dmc.MultiSelect(
        id=Ids.LABELS,
        label="Labels",
        description="What every one of the pictures shows",
        placeholder="Search labels",
        data=[{"value": one.name, "label": _named(one)} for one in choices],
        value=[one.name for one in choices if one.name == label],
        searchable=True,
        limit=50,
        maxValues=MOST_LABELS,
        nothingFoundMessage="No label of that name",
        required=True,
    )


def _licence() -> Component:
    choice = dmc.Select(
        id=Ids.LICENCE,
        label="Licence",
        description="What others may do with them",
        data=list(LICENCES),
        value=DEFAULT_LICENCE,
        allowDeselect=False,
        searchable=True,
        required=True,
    )
    meaning = dmc.Text(licence_meaning(DEFAULT_LICENCE), id=Ids.MEANING, size="sm", mt=6)
    return html.Div([choice, meaning])


def _place() -> Component:
    return dmc.Select(
        id=Ids.PLACE,
        label="Place",
        description="Where they were taken, if they do not say; shown 300 m or more off",
        placeholder="Search a city",
        data=[],
        searchable=True,
        clearable=True,
        # The hub has searched; names without their accents are found, too.
        filter={"function": "all_of_them"},
        nothingFoundMessage="No city begins so",
    )


def _named(choice: LabelChoice) -> str:
    return f"{choice.name} ({', '.join(choice.aliases)})" if choice.aliases else choice.name


def _degrees(name: str, label: str, most: int) -> Component:
    return dmc.NumberInput(
        id=name,
        label=label,
        description="Degrees",
        min=-most,
        max=most,
        decimalScale=6,
        hideControls=True,
    )


def _send() -> Component:
    return dmc.Stack(
        [
            dmc.Checkbox(
                id=Ids.CONSENT,
                label=(
                    "I took these pictures, or may give them, and the hub may keep and share them"
                    " under this licence. People who can be recognised on them agree."
                ),
            ),
            dmc.Text(id=Ids.MISSING, c="dimmed", size="sm"),
            dmc.Group([html.Button("Submit", id=Ids.SEND, className="button", disabled=True)]),
        ],
        gap="sm",
    )

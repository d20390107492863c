"""How the page of trainings is laid out: what was asked for, and the form."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.training.ids import Ids
from dashboard.pages.training.wording import OPTION_NAMES, ready_text, subject
from dashboard.parts import count_text, empty, link_button, page_head, section, state_badge
from dashboard.site import caller, open_db, settings
from dashboard.tables import Cell, moment, table
from hub.catalogue.galleries import Wanted
from hub.catalogue.subsets import SubsetShown
from hub.catalogue.trainings import Training
from hub.rules.trainings import ARCHS, LAUNCHERS, RANGES, Options
from hub.services import facets, subsets, training_waits, trainings
from hub.services.facets import LabelChoice

_MOST_SUBSETS = 200
_MOST_WANTED = 20


def layout(root: str = "", **_others: str) -> Component:
    """Return the page; `root` is of the subset that the form begins with."""
    asking = caller("read")
    with open_db() as db:
        asked = trainings.list_trainings(db, user=asking.user)
        kept = subsets.list_subsets(db, viewer=asking.viewer, most=_MOST_SUBSETS)
        chosen = [subsets.find_subset(db, root, viewer=asking.viewer)] if root else []
        labels = facets.list_choices(db, evidence=settings().trainable_evidence)
        ready = training_waits.list_notices(db, user=asking.user)
        wanted = trainings.list_wanted(db, settings(), most=_MOST_WANTED)
    options = Options(minimum=settings().trainable_minimum)
    lead = (
        "Ask for a model that tells labels apart. Trainings run one after the other; where a label"
        " has too few pictures, they wait for more."
    )
    return html.Div(
        [
            page_head("Training", lead, link_button("Models", "/models", is_quiet=True)),
            *ready_notices(ready),
            section("Ask for a training", _form([*chosen, *kept], labels, options, root=root)),
            section("Asked for", html.Div(asked_table(asked), id=Ids.LIST)),
            section("What is wanted", _wanted_table(wanted)),
        ]
    )


def asked_table(asked: Sequence[Training]) -> Component:
    """Return trainings, the newest first."""
    if not asked:
        return empty("You have asked for no training. Choose a subset, or labels, above.")
    head = ("Training", "On", "State", "Asked by", "When")
    rows = [
        (
            dmc.Anchor(f"#{one.training_id}", href=f"/training/{one.training_id}"),
            subject(one),
            state_badge(one.status),
            one.requested_by,
            moment(one.requested_at),
        )
        for one in asked
    ]
    return table("Trainings", head, rows)


def ready_notices(ready: Sequence[Training]) -> list[Component]:
    """Return what tells a user that trainings of theirs wait no more, until they look at them."""
    return [
        dmc.Alert(
            dmc.Anchor(ready_text(one), href=f"/training/{one.training_id}"),
            color="orange" if one.error else "green",
            mb="sm",
        )
        for one in ready
    ]


def _wanted_table(wanted: Sequence[Wanted]) -> Component:
    if not wanted:
        return empty("No label lacks pictures.")
    head = ("Label", "Users waiting", "Trainable", "Lacks")
    rows: list[tuple[Cell, ...]] = [
        (
            dmc.Anchor(one.name, href=f"/labels/{one.key}"),
            count_text(one.watchers),
            count_text(one.trainable),
            count_text(one.gap),
        )
        for one in wanted
    ]
    return table("Labels of which pictures are wanted", head, rows)


def _form(
    kept: Sequence[SubsetShown], labels: Sequence[LabelChoice], options: Options, *, root: str
) -> Component:
    return dmc.Stack(
        [
            dmc.SimpleGrid([_subset(kept, root), _labels(labels)], cols={"base": 1, "sm": 2}),
            dmc.SimpleGrid(_options(options), cols={"base": 1, "xs": 2, "sm": 3}),
            dmc.Group(dmc.Button("Ask for the training", id=Ids.ASK)),
        ],
        className="training-form",
    )


def _subset(kept: Sequence[SubsetShown], root: str) -> Component:
    names = {one.root: f"{one.name} ({count_text(one.images)} pictures)" for one in reversed(kept)}
    return dmc.Select(
        id=Ids.ROOT,
        label="A subset",
        description="Trained on exactly as it was locked.",
        placeholder="None",
        value=root or None,
        data=[{"value": key, "label": name} for key, name in reversed(names.items())],
        searchable=True,
        clearable=True,
        limit=100,
        clearButtonProps={"aria-label": "Choose no subset"},
        nothingFoundMessage="No subset of that name.",
    )


def _labels(labels: Sequence[LabelChoice]) -> Component:
    return dmc.MultiSelect(
        id=Ids.LABELS,
        label="Or labels",
        description="At least two. Their pictures, and those of narrower labels, become a subset.",
        data=[
            {"value": one.name, "label": f"{one.name} ({count_text(one.trainable)})"}
            for one in labels
        ],
        searchable=True,
        clearable=True,
        limit=50,
        maxValues=100,
        clearButtonProps={"aria-label": "Choose no labels"},
        nothingFoundMessage="No label of that name.",
    )


def _options(options: Options) -> list[Component]:
    return [
        _choice(Ids.ARCH, "arch", ARCHS, options.arch),
        _choice(Ids.LAUNCHER, "launcher", LAUNCHERS, options.launcher),
        _number(Ids.RANKS, "ranks", options.ranks),
        _number(Ids.EPOCHS, "epochs", options.epochs),
        _number(Ids.BATCH, "batch", options.batch),
        _number(Ids.SIDE, "side", options.side),
        _number(Ids.MINIMUM, "minimum", options.minimum),
    ]


def _choice(name: str, key: str, of: Sequence[str], value: str) -> Component:
    label = OPTION_NAMES[key]
    return dmc.Select(id=name, label=label, data=list(of), value=value, allowDeselect=False)


def _number(name: str, key: str, value: int) -> Component:
    least, most = RANGES[key]
    label = OPTION_NAMES[key]
    return dmc.NumberInput(
        id=name, label=label, value=value, min=least, max=most, allowDecimal=False
    )

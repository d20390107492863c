"""Sorts what readers of formats find by the labels that the hub has: what to receive or refuse."""

from dataclasses import dataclass

from hub.imports.found import Found, Notes, Said, Unusable
from hub.rules.labels import explain_unknown, fold_name
from hub.rules.open_images import ROOT_MID
from hub.rules.submissions import Defaults, Malformed, Refusal, Row, make_row
from hub.services.known_labels import KnownLabels
from hub.services.saying import Claim

_CONTRADICTED = "labels that are verified to be absent, though something else says otherwise"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to receive, with what is said of it by labels that the hub has."""

    found: Found
    rows: tuple[tuple[int, Row], ...]
    """By label."""
    claims: tuple[Claim, ...]


class Labels:
    """The hub's labels, as what a format says is looked up in them."""

    def __init__(self, known: KnownLabels) -> None:
        self.known = known
        self._explained: dict[str, str] = {}

    def find(self, said: Said) -> int | None:
        """Return the label of a MID, else of a name, or None."""
        by_mid = self.known.ids.get(fold_name(said.mid)) if said.mid else None
        return self.known.ids.get(fold_name(said.name)) if by_mid is None else by_mid

    def explain(self, said: Said) -> str:
        """Say that there is no such label, and which may be meant."""
        # A list may name it a million times.
        if said.name not in self._explained:
            self._explained[said.name] = explain_unknown(said.name, self.known.printed)
        return self._explained[said.name]

    @property
    def root(self) -> int | None:
        """The label that all others are under."""
        return self.known.ids.get(fold_name(ROOT_MID))


def refused_one(one: Unusable, defaults: Defaults) -> Refusal:
    """Refuse what cannot be received."""
    return Refusal(one.path, one.label, defaults.supplier, one.reason, one.message)


def sort_out(
    found: Found, labels: Labels, *, defaults: Defaults, notes: Notes
) -> tuple[list[Wanted], list[Refusal]]:
    """Return what to receive of a picture, if anything, and what is refused of it."""
    shown = (*found.labels, *(box.label for box in found.boxes))
    refused = [
        refused_one(
            Unusable(found.path, said.name, "unknown_label", labels.explain(said)), defaults
        )
        for said in dict.fromkeys((*shown, *found.negatives))
        if labels.find(said) is None
    ]
    claims = _claims(found, labels, notes)
    label_ids = [claim.label_id for claim in claims if claim.value == "positive"]
    is_all_known = all(labels.find(said) is not None for said in shown)
    if not label_ids and is_all_known and claims and labels.root is not None:
        # It is known only by what it does not show: everything is under the root.
        label_ids = [labels.root]
    if not label_ids:
        if not refused:
            message = "nothing is said of what it shows, or does not show; give it a label"
            refused.append(refused_one(Unusable(found.path, "", "no_label", message), defaults))
        return [], refused
    given = {name: text for name, text in found.given.items() if text}
    try:
        rows = tuple(
            (each, make_row(found.path, labels.known.shown[each], defaults=defaults, given=given))
            for each in label_ids
        )
    except Malformed as error:
        name = labels.known.shown[label_ids[0]]
        return [], [
            *refused,
            refused_one(Unusable(found.path, name, error.reason, str(error)), defaults),
        ]
    said = tuple(claim for claim in claims if claim.is_verified)
    return [Wanted(found, rows, said)], refused


def _claims(found: Found, labels: Labels, notes: Notes) -> list[Claim]:
    """Return one claim a label, those that it shows first.

    What is verified goes before what is not, and a verified positive before a verified negative.
    """
    positives: dict[int, bool] = {}
    for said in (*found.labels, *(box.label for box in found.boxes)):
        if (label_id := labels.find(said)) is not None:
            positives[label_id] = said.is_verified or positives.get(label_id, False)
    negatives = {each for each in map(labels.find, found.negatives) if each is not None}
    for label_id in sorted(negatives & positives.keys()):
        notes.add(_CONTRADICTED, f"{labels.known.shown[label_id]} in {found.path}")
        if positives[label_id]:
            negatives.remove(label_id)
        else:
            del positives[label_id]
    return [
        *(Claim(label_id, "positive", is_sure) for label_id, is_sure in positives.items()),
        *(Claim(label_id, "negative", True) for label_id in sorted(negatives)),
    ]

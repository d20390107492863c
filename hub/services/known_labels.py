"""The labels' names as a call finds them, to read what suppliers write."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.catalogue import labels
from hub.db import Connection
from hub.rules.labels import explain_unknown, fold_name
from hub.rules.submissions import Refusal, Row, refusal, storable


@dataclass(frozen=True, slots=True)
class KnownLabels:
    """The labels' names as they stand when a call begins."""

    ids: Mapping[str, int]
    """By folded name or MID."""
    shown: Mapping[int, str]
    """The name to print, by id."""
    printed: Mapping[str, str]
    """The names as printed, by folded name."""

    are_folders: bool = False
    """The call names no label: each file comes under the name of the folder it lies in."""

    @classmethod
    def load(cls, db: Connection, *, are_folders: bool = False) -> "KnownLabels":
        """Read every name, alias and MID."""
        names = labels.list_names(db)
        mids = {fold_name(mid): label_id for mid, label_id in labels.list_mids(db).items()}
        return cls(
            ids=mids | {name.folded_name: name.label_id for name in names},
            shown={name.label_id: name.name for name in names if not name.is_alias},
            printed={name.folded_name: name.name for name in names},
            are_folders=are_folders,
        )

    def refuse_unknown(self, row: Row | Refusal) -> Row | Refusal:
        """Refuse a row whose label the hub does not have, with those that may be meant."""
        if isinstance(row, Refusal) or fold_name(row.label) in self.ids:
            return row
        message = explain_unknown(row.label, self.printed)
        if self.are_folders:
            message += " It is the name of the folder: say by --label what the pictures show."
        return refusal(row, "unknown_label", message)

    def show(self, label: str) -> str:
        """Return a label's name as the hub prints it, or an unknown one as it was given."""
        label_id = self.ids.get(fold_name(label))
        return storable(label) if label_id is None else self.shown[label_id]

"""Lists what is alike: files that repeat a picture, and published pictures that are related."""

from dataclasses import dataclass

from hub.catalogue import duplicates, relations
from hub.db import Connection
from hub.rules.relations import in_words, rule_name


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file that is not published because the hub has its picture."""

    file_id: int
    image_id: str
    """Of the picture that is kept."""
    path: str
    duplicate_of: str
    """The same as `image_id`, by the name that other commands have for it."""
    duplicate_of_path: str | None
    """Of the file that brought the picture which is kept."""
    duplicate_of_supplier: str | None
    duplicate_of_receipt: int | None
    relation: str
    """`bytes`, `pixels` or `near`."""
    distance: int | None
    """Between the perceptual hashes that met, in bits."""
    look_distance: float | None
    """Between the two pictures as they look, 0 to 1."""
    rule: str
    """That decided, with its version."""
    why: str
    """In words."""
    undone: bool
    label: str
    submission: int


@dataclass(frozen=True, slots=True)
class Related:
    """Two published pictures that are alike: `image_id` came after `related_to`."""

    image_id: str
    path: str
    related_to: str
    related_path: str
    relation: str
    distance: int | None
    look_distance: float | None
    rule: str
    why: str
    group_id: str
    split: str
    related_group_id: str
    related_split: str


def list_duplicates(
    db: Connection,
    *,
    most: int | None = None,
    relation: str | None = None,
    image: str | None = None,
    submission: int | None = None,
) -> list[Duplicate]:
    """Return the newest duplicates first; at most `most` of them, or all.

    `relation`, `image` (the beginning of a kept picture's id) and `submission` leave out others.
    """
    found = duplicates.list_duplicates(
        db, most=most, relation=relation, image=image, submission=submission
    )
    return [
        Duplicate(
            file_id=row.file_id,
            image_id=row.image_id,
            path=row.path,
            duplicate_of=row.image_id,
            duplicate_of_path=row.duplicate_of_path,
            duplicate_of_supplier=row.duplicate_of_supplier,
            duplicate_of_receipt=row.duplicate_of_receipt,
            relation=row.relation,
            distance=row.distance,
            look_distance=row.look_distance,
            rule=rule_name(row.relation, row.rule_version),
            why=in_words(row.relation, distance=row.distance, look_distance=row.look_distance),
            undone=row.is_undone,
            label=row.label,
            submission=row.submission_id,
        )
        for row in found
    ]


def list_related(
    db: Connection,
    *,
    most: int | None = None,
    relation: str | None = None,
    image: str | None = None,
) -> list[Related]:
    """Return the pairs of the newest pictures first; at most `most` of them, or all.

    `relation` and `image` (the beginning of the id of either picture) leave out others.
    """
    found = relations.list_relations(db, most=most, relation=relation, image=image)
    return [
        Related(
            image_id=row.image_id,
            path=row.path,
            related_to=row.related_to,
            related_path=row.related_path,
            relation=row.relation,
            distance=row.distance,
            look_distance=row.look_distance,
            rule=rule_name(row.relation, row.rule_version),
            why=in_words(row.relation, distance=row.distance, look_distance=row.look_distance),
            group_id=row.group_id,
            split=row.split,
            related_group_id=row.related_group_id,
            related_split=row.related_split,
        )
        for row in found
    ]

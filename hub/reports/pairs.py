"""Pairs of pictures that are the same or alike, with what the rule said of them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from hub.catalogue.duplicates import DuplicateRow
from hub.catalogue.relations import RelationRow
from hub.catalogue.reports import RepeatRow
from hub.reports.album import Album
from hub.reports.facts import File, Pair, Pairs
from hub.rules.relations import in_words, rule_name


def pair_of_duplicate(row: RepeatRow | DuplicateRow, album: Album) -> Pair:
    return _pair(row, album.file(row.file_id), album.picture(row.image_id), row.is_undone)


def pair_of_related(row: RelationRow, album: Album) -> Pair:
    return _pair(row, album.picture(row.image_id), album.picture(row.related_to), False)


def _pair(
    row: RepeatRow | DuplicateRow | RelationRow, later: File, earlier: File, undone: bool
) -> Pair:
    return Pair(
        relation=row.relation,
        later=later,
        earlier=earlier,
        distance=row.distance,
        look_distance=row.look_distance,
        rule=rule_name(row.relation, row.rule_version),
        why=in_words(row.relation, distance=row.distance, look_distance=row.look_distance),
        undone=undone,
    )


def by_relation(
    pairs: Iterable[Pair], *, totals: Mapping[str, int], order: Sequence[str]
) -> list[Pairs]:
    """Group pairs that lie together by relation; relations that never occur are left out."""
    found = {name: tuple(some) for name, some in groupby(pairs, key=lambda pair: pair.relation)}
    return [Pairs(name, totals[name], found.get(name, ())) for name in order if totals.get(name)]

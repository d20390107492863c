"""Random histories of pictures, claims and labels, counted by bitmaps, by rows and by walking."""

from contextlib import suppress
from itertools import product

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from hub.errors import LabelError, UndoError
from hub.objects.local import Objects
from hub.rules.recipes import Recipe
from hub.services import picks
from hub.services.counting import counting, recount
from hub.services.duplicates import undo
from hub.services.fast_counts import Counted, count_fast, list_newest
from hub.services.label_changes import add_label, merge_labels, move_label
from hub.services.labels import find_label
from tests.fixtures.claims import Pictures

# A number picks from what there is, modulo how much there is.
NUMBER = st.integers(0, 23)
NUMBERS = st.lists(NUMBER, min_size=1, max_size=3)
FEW = st.lists(NUMBER, max_size=2)
SPLITS = ("train", "test")
LICENCES = ("CC BY 4.0", "CC0 1.0")
SIZES = (1, 2, 255, 256, 1_000_003, 2**33 + 5)
ROWS = "SELECT image_id, split, licence, size_bytes, image_no FROM image WHERE status = 'published'"
CLAIMS = "SELECT image_id, label_id, value FROM label_claim"
EDGES = "SELECT child_id, parent_id FROM label_edge WHERE kind = 'is-a'"


class Walk:
    """What a picture shows, by a walk from every claim upwards."""

    def __init__(self, rows, claims, edges):
        self.pictures = {row[0]: row for row in rows}
        self.parents = {}
        for child, parent in edges:
            self.parents.setdefault(child, set()).add(parent)
        self.positive, self.negative = {}, {}
        for image_id, label_id, value in claims:
            if value != "proposed":
                said = self.positive if value == "positive" else self.negative
                said.setdefault(image_id, set()).add(label_id)

    def above(self, label):
        return {label}.union(*(self.above(parent) for parent in self.parents.get(label, ())))

    def shows(self, image_id, label, is_wide):
        if not is_wide:
            return label in self.positive.get(image_id, ())
        if self.above(label) & self.negative.get(image_id, set()):
            return False
        return any(label in self.above(one) for one in self.positive.get(image_id, ()))

    def answers(self, picture, recipe, ids):
        image_id, split, licence, *_ = picture
        wide = recipe.with_descendants
        return (
            (not recipe.labels or any(self.shows(image_id, ids[n], wide) for n in recipe.labels))
            and all(self.shows(image_id, ids[name], wide) for name in recipe.all_of)
            and not any(self.shows(image_id, ids[name], True) for name in recipe.none_of)
            and (not recipe.splits or split in recipe.splits)
            and (not recipe.licences or licence in recipe.licences)
        )

    def count(self, recipe, ids):
        found = [one for one in self.pictures.values() if self.answers(one, recipe, ids)]
        per_label = {
            name: sum(self.shows(one[0], ids[name], recipe.with_descendants) for one in found)
            for name in recipe.picked
        }
        return Counted(len(found), sum(one[3] for one in found), per_label)


class Histories(RuleBasedStateMachine):
    def __init__(self, db):
        super().__init__()
        self.db = db
        self.pictures = Pictures(db)
        self.names, self.images, self.files = [], [], []

    def teardown(self):
        self.db.rollback()

    def run(self, statement, *params):
        with self.db.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else []

    def label(self, number):
        return find_label(self.db, self.names[number % len(self.names)])

    def labels(self, numbers):
        return tuple(sorted({self.label(number).name for number in numbers}))

    def image(self, number):
        return self.images[number % len(self.images)]

    @initialize(parents=st.lists(NUMBERS, min_size=6, max_size=6), under=NUMBERS)
    def begin(self, parents, under):
        self.names.append("Label 0")
        add_label(self.db, "Label 0", by="test")
        for above in parents:
            self.add(above)
        # The first pictures lie on both sides of the end of a chunk.
        self.skip_to(31_998)
        for _ in range(3):
            self.publish(under, split=0, licence=0, size=0)

    def skip_to(self, image_no):
        self.run("SELECT setval(pg_get_serial_sequence('image', 'image_no'), %s)", image_no)

    @rule(parents=NUMBERS)
    def add(self, parents):
        name = f"Label {len(self.names)}"
        add_label(self.db, name, parents=self.labels(parents), by="test")
        self.names.append(name)

    @rule(under=NUMBERS, split=NUMBER, licence=NUMBER, size=NUMBER)
    def publish(self, under, split, licence, size):
        image_id = self.pictures.publish(*{self.label(number).label_id for number in under})
        with counting(self.db, images=[image_id]):
            self.run(
                "UPDATE image SET split = %s, licence = %s, size_bytes = %s WHERE image_id = %s",
                SPLITS[split % 2],
                LICENCES[licence % 2],
                SIZES[size % len(SIZES)],
                image_id,
            )
        self.images.append(image_id)

    @rule(number=NUMBER, of=NUMBER, value=st.sampled_from(["positive", "negative", "proposed"]))
    def say(self, number, of, value):
        image_id = self.image(number)
        with counting(self.db, images=[image_id]):
            self.run(
                "INSERT INTO label_claim (image_id, label_id, value, source, is_verified)"
                " VALUES (%s, %s, %s, 'review', %s)"
                " ON CONFLICT (image_id, label_id) DO UPDATE SET value = excluded.value,"
                " is_verified = excluded.is_verified",
                image_id,
                self.label(of).label_id,
                value,
                value == "negative",
            )

    @rule(number=NUMBER, under=NUMBER, relation=st.sampled_from(["bytes", "near"]))
    def repeat(self, number, under, relation):
        label_id = self.label(under).label_id
        self.files.append(self.pictures.repeat(self.image(number), label_id, relation=relation))

    @rule(number=NUMBER)
    def undo(self, number):
        if self.files:
            file = self.files[number % len(self.files)]
            with suppress(UndoError):
                undo(self.db, file, by="test", objects=Objects("/nowhere"))

    @rule(number=NUMBER, status=st.sampled_from(["withdrawn", "published"]))
    def set_status(self, number, status):
        image_id = self.image(number)
        with counting(self.db, images=[image_id]):
            self.run("UPDATE image SET status = %s WHERE image_id = %s", status, image_id)

    @rule(number=NUMBER, to=NUMBER)
    def move(self, number, to):
        name, target = self.label(number).name, self.label(to).name
        parents = self.run(
            "SELECT name FROM label_edge JOIN label_name ON label_id = parent_id"
            " WHERE child_id = %s AND NOT is_alias ORDER BY name",
            self.label(number).label_id,
        )
        source = parents[0][0] if parents else None
        with suppress(LabelError):
            move_label(self.db, name, to=target, source=source, by="test")

    @rule(number=NUMBER, into=NUMBER)
    def merge(self, number, into):
        with suppress(LabelError):
            merge_labels(self.db, self.label(number).name, into=self.label(into).name, by="test")

    @rule(picked=NUMBERS, all_of=FEW, none_of=FEW, split=NUMBER, licence=NUMBER)
    def count(self, picked, all_of, none_of, split, licence):
        for is_wide, is_any in product((False, True), repeat=2):
            recipe = Recipe(
                labels=self.labels(picked) if is_any or not all_of else (),
                all_of=self.labels(all_of),
                none_of=self.labels(none_of),
                with_descendants=is_wide,
                splits=SPLITS[split % 3 : split % 3 + 1],
                licences=LICENCES[licence % 3 : licence % 3 + 1],
            )
            expected = self.walk().count(recipe, self.ids())
            assert count_fast(self.db, recipe) == expected
            assert picks.Pick(self.db, recipe, least_suppliers=1).count() == expected

    @rule(number=NUMBER, is_wide=st.booleans(), most=st.integers(1, 3))
    def page(self, number, is_wide, most):
        label, walk = self.label(number), self.walk()
        expected = sorted(
            (
                one[4]
                for one in walk.pictures.values()
                if walk.shows(one[0], label.label_id, is_wide)
            ),
            reverse=True,
        )
        listed, before = [], None
        while page := list_newest(
            self.db, label.name, with_descendants=is_wide, before=before, most=most
        ):
            assert len(page) <= most
            listed += [picture.image_no for picture in page]
            before = listed[-1]
        assert listed == expected

    @invariant()
    def finds_no_difference(self):
        assert recount(self.db) == []

    def ids(self):
        rows = self.run("SELECT name, label_id FROM label_name WHERE NOT is_alias")
        return dict(rows)

    def walk(self):
        return Walk(self.run(ROWS), self.run(CLAIMS), self.run(EDGES))


def test_bitmaps_count_what_rows_and_a_walk_count_after_any_history(db):
    run_state_machine_as_test(
        lambda: Histories(db),
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

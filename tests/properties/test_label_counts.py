"""Random histories of labels and pictures, beside a plain model that counts by walking."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from hub.errors import LabelError, UndoError
from hub.services.counting import recount
from hub.services.duplicates import undo
from hub.services.label_changes import (
    add_label,
    alias_label,
    merge_labels,
    move_label,
    rename_label,
)
from hub.services.label_views import list_labels
from hub.services.labels import find_label
from tests.fixtures.claims import Pictures
from tests.properties.label_model import Model, Refused

KINDS = st.sampled_from(["is-a", "part-of"])
PARENTS = st.lists(st.tuples(KINDS, st.integers(0, 9), st.integers(0, 9)), min_size=6, max_size=6)
SPELLINGS = st.sampled_from([str, str.upper, lambda name: f" {name.replace(' ', '_')} "])


class Histories(RuleBasedStateMachine):
    """Each rule does one thing to the hub and to the model, which must agree on refusals."""

    names = Bundle("names")
    images = Bundle("images")
    files = Bundle("files")

    def __init__(self, db, evidence):
        super().__init__()
        self.db = db
        self.evidence = evidence
        self.pictures = Pictures(db)
        self.model = Model()
        self.used = 0

    def teardown(self):
        self.db.rollback()

    def new_name(self):
        self.used += 1
        return f"Label {self.used}"

    def both(self, expected, service, *args, refused=LabelError, **kwargs):
        """Do it to the model, then to the hub; return whether it was allowed."""
        try:
            expected()
        except Refused:
            try:
                service(self.db, *args, **kwargs)
            except refused:
                return False
            raise AssertionError(f"{service.__name__} {args} {kwargs} was not refused") from None
        service(self.db, *args, **kwargs)
        return True

    @initialize(target=names, parents=PARENTS)
    def begin(self, parents):
        """Six labels, each under up to two earlier ones: little enough to meet often."""
        made = []
        for kind, *numbers in parents:
            above = [made[number % len(made)] for number in numbers if made]
            made.append(self.add(above, kind, str))
        return multiple(*made)

    @rule(
        target=names, parents=st.lists(names, min_size=1, max_size=3), kind=KINDS, spell=SPELLINGS
    )
    def add(self, parents, kind, spell):
        name = self.new_name()
        self.both(
            lambda: self.model.add(name, parents, kind),
            add_label,
            name,
            parents=[spell(parent) for parent in parents],
            kind=kind,
            by="test",
        )
        return name

    @rule(name=names)
    def alias(self, name):
        alias = self.new_name()
        self.both(lambda: self.model.alias(name, alias), alias_label, name, alias=alias, by="test")

    @rule(name=names)
    def rename(self, name):
        new = self.new_name()
        self.both(lambda: self.model.rename(name, new), rename_label, name, to=new, by="test")

    @rule(name=names, other=names)
    def rename_to_a_name_in_use(self, name, other):
        self.both(lambda: self.model.rename(name, other), rename_label, name, to=other, by="test")

    @rule(name=names, to=names, number=st.integers(0, 5), kind=st.none() | KINDS)
    def move(self, name, to, number, kind):
        parents = [None, *self.model.parent_names(name)]
        source = parents[number % len(parents)]
        self.both(
            lambda: self.model.move(name, to, source, kind),
            move_label,
            name,
            to=to,
            source=source,
            kind=kind,
            by="test",
        )

    @rule(name=names, into=names)
    def merge(self, name, into):
        self.both(lambda: self.model.merge(name, into), merge_labels, name, into=into, by="test")

    @rule(target=images, under=st.lists(names, min_size=1, max_size=3))
    def publish(self, under):
        # Two names of one label would be one submission.
        ids = list(dict.fromkeys(find_label(self.db, name).label_id for name in under))
        image = self.pictures.publish(*ids)
        self.model.publish(image, under)
        return image

    @rule(target=files, image=images, name=names)
    def repeat(self, image, name):
        file = self.pictures.repeat(image, find_label(self.db, name).label_id)
        self.model.repeat(image, name, file)
        return file

    @rule(file=files)
    def undo(self, file):
        self.both(lambda: self.model.undo(file), undo, file, refused=UndoError, by="test")

    @rule(image=images, name=names, is_disputed=st.booleans())
    def review(self, image, name, is_disputed):
        label_id = find_label(self.db, name).label_id
        self.pictures.review(image, label_id, is_disputed=is_disputed)
        self.model.review(image, name, is_disputed)

    @rule(image=images)
    def withdraw(self, image):
        self.pictures.withdraw(image)
        self.model.withdraw(image)

    @invariant()
    def lists_what_the_model_counts(self):
        listed = {
            label.name: {
                "own": label.own,
                "rollup": label.rollup,
                "verified": label.verified,
                "trainable": label.trainable,
                "aliases": set(label.aliases),
                "edges": {(edge.name, edge.kind) for edge in label.edges},
                "children": set(label.children),
            }
            for label in list_labels(self.db, evidence=self.evidence)
        }
        assert listed == self.model.listed(self.evidence)

    @invariant()
    def keeps_the_closure_of_the_model(self):
        with self.db.cursor() as cursor:
            cursor.execute(
                "SELECT above.name, below.name FROM label_closure"
                " JOIN label_name above ON above.label_id = ancestor_id AND NOT above.is_alias"
                " JOIN label_name below ON below.label_id = descendant_id AND NOT below.is_alias"
            )
            assert sorted(cursor) == sorted(self.model.closure())

    @invariant()
    def finds_no_difference_of_its_own(self):
        assert recount(self.db) == []


@pytest.mark.parametrize("evidence", ["supplier", "verified"])
def test_counts_and_closure_equal_a_walk_after_any_history(db, evidence):
    run_state_machine_as_test(
        lambda: Histories(db, evidence),
        settings=settings(
            max_examples=50,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

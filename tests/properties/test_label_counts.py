"""Random histories of labels and pictures, beside a plain model that counts by walking."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hub.errors import LabelError, UndoError
from hub.objects.local import Objects
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

# A number picks from what there is, modulo how much there is.
NUMBER = st.integers(0, 23)
NUMBERS = st.lists(NUMBER, min_size=1, max_size=3)
KIND = st.sampled_from(["is-a", "is-a", "part-of"])
SPELLING = st.sampled_from([str, str.upper, lambda name: f" {name.replace(' ', '_')} "])


class Histories(RuleBasedStateMachine):
    """Each rule does one thing to the hub and to the model, which must agree on refusals."""

    def __init__(self, db):
        super().__init__()
        self.db = db
        self.pictures = Pictures(db)
        self.objects = Objects("/nowhere")
        self.model = Model()
        self.names, self.images, self.files = [], [], []

    def teardown(self):
        self.db.rollback()

    def name(self, number):
        return self.names[number % len(self.names)]

    def image(self, number):
        return self.images[number % len(self.images)]

    def label_id(self, name):
        return find_label(self.db, name).label_id

    def new_name(self):
        self.names.append(f"Label {len(self.names)}")
        return self.names[-1]

    def both(self, expected, service, *args, refused=LabelError, **kwargs):
        """Do it to the model and to the hub, which may do it only if the model does."""
        try:
            expected()
        except Refused:
            with pytest.raises(refused):
                service(self.db, *args, by="test", **kwargs)
        else:
            service(self.db, *args, by="test", **kwargs)

    @initialize(
        labels=st.lists(st.tuples(KIND, NUMBERS), min_size=6, max_size=6),
        pictures=st.lists(NUMBERS, min_size=3, max_size=3),
        evidence=st.sampled_from(["supplier", "verified"]),
    )
    def begin(self, labels, pictures, evidence):
        """A few labels, each under earlier ones, and a few pictures: little, so that much meets."""
        self.evidence = evidence
        self.both(lambda: self.model.add("Label 0", [], "is-a"), add_label, self.new_name())
        for kind, parents in labels:
            self.add(parents, kind, str)
        for under in pictures:
            self.publish(under)

    @rule(parents=NUMBERS, kind=KIND, spell=SPELLING)
    def add(self, parents, kind, spell):
        above = [self.name(number) for number in parents]
        name = self.new_name()
        self.both(
            lambda: self.model.add(name, above, kind),
            add_label,
            name,
            parents=[spell(parent) for parent in above],
            kind=kind,
        )

    @rule(number=NUMBER, other=NUMBER, action=st.sampled_from(["alias", "rename", "reuse"]))
    def call(self, number, other, action):
        name, taken = self.name(number), self.name(other)
        new = taken if action == "reuse" else self.new_name()
        if action == "alias":
            self.both(lambda: self.model.alias(name, new), alias_label, name, alias=new)
        else:
            self.both(lambda: self.model.rename(name, new), rename_label, name, to=new)

    @rule(number=NUMBER, to=NUMBER, leaving=NUMBER, kind=st.none() | KIND)
    def move(self, number, to, leaving, kind):
        name, target = self.name(number), self.name(to)
        parents = [*self.model.parent_names(name), None]
        source = parents[leaving % len(parents)]
        self.both(
            lambda: self.model.move(name, target, source, kind),
            move_label,
            name,
            to=target,
            source=source,
            kind=kind,
        )

    @rule(number=NUMBER, into=NUMBER)
    def merge(self, number, into):
        name, kept = self.name(number), self.name(into)
        self.both(lambda: self.model.merge(name, kept), merge_labels, name, into=kept)

    @rule(under=NUMBERS)
    def publish(self, under):
        names = [self.name(number) for number in under]
        # Two names of one label are one submission.
        image = self.pictures.publish(*dict.fromkeys(map(self.label_id, names)))
        self.model.publish(image, names)
        self.images.append(image)

    @rule(number=NUMBER, under=NUMBER, relation=st.sampled_from(["bytes", "pixels", "near"]))
    def repeat(self, number, under, relation):
        image, name = self.image(number), self.name(under)
        file = self.pictures.repeat(image, self.label_id(name), relation=relation)
        self.model.repeat(image, name, file, relation == "near")
        self.files.append(file)

    @precondition(lambda self: self.files)
    @rule(number=NUMBER)
    def undo(self, number):
        file = self.files[number % len(self.files)]
        self.both(
            lambda: self.model.undo(file), undo, file, refused=UndoError, objects=self.objects
        )

    @rule(number=NUMBER, of=NUMBER, is_disputed=st.booleans())
    def review(self, number, of, is_disputed):
        image, name = self.image(number), self.name(of)
        self.pictures.review(image, self.label_id(name), is_disputed=is_disputed)
        self.model.review(image, name, is_disputed)

    @rule(number=NUMBER)
    def withdraw(self, number):
        self.pictures.withdraw(self.image(number))
        self.model.withdraw(self.image(number))

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


def test_counts_and_closure_equal_a_walk_after_any_history(db):
    run_state_machine_as_test(
        lambda: Histories(db),
        settings=settings(
            max_examples=100,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""However many ranks there are, and wherever they begin again: every picture once an epoch."""

from collections import defaultdict, deque

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.rules.epochs import EpochPlan, file_rows

patiently = settings(deadline=None, max_examples=100)

images_ = st.integers(1, 400)
rows_a_file_ = st.integers(2, 40)
batches = st.integers(1, 100)
ranks_ = st.integers(1, 50)


def plan_of(images, *, rows_a_file, batch, seed=1, epoch=2, is_shuffled=True):
    return EpochPlan(file_rows(images, rows_a_file=rows_a_file), batch, seed, epoch, is_shuffled)


def taken(plan, *, ranks, first_step=0):
    """{step: [(file, row)] of every rank}, as ranks that keep a queue a lane read it."""
    steps = defaultdict(list)
    for rank in range(ranks):
        lanes = defaultdict(deque)
        for read in plan.reads(rank=rank, ranks=ranks, first_step=first_step):
            lanes[read.lane].extend((read.file, int(row)) for row in read.order)
        for step in range(first_step, plan.steps):
            mine = [lanes[lane].popleft() for lane in plan.lanes_of(step, rank=rank, ranks=ranks)]
            steps[step].append(mine)
        assert not any(lanes.values())
    return steps


def together(steps):
    return {step: sorted(row for mine in shares for row in mine) for step, shares in steps.items()}


def every_row(plan):
    return [(file, row) for file, count in enumerate(plan.rows) for row in range(count)]


@patiently
@given(images_, rows_a_file_)
def test_files_have_as_many_rows_or_one_fewer_and_lanes_as_many_files(images, rows_a_file):
    rows = file_rows(images, rows_a_file=rows_a_file)
    assert sum(rows) == images
    assert rows == sorted(rows, reverse=True)
    assert 0 < rows[-1] >= rows[0] - 1
    assert rows[0] <= rows_a_file
    plan = EpochPlan(rows, 8, 0, 0)
    assert len(rows) % plan.lanes == 0


def test_no_picture_needs_no_file():
    assert file_rows(0, rows_a_file=2) == []


@patiently
@given(images_, rows_a_file_, batches, ranks_)
@example(images=3, rows_a_file=2, batch=4, ranks=5)
@example(images=1, rows_a_file=2, batch=1, ranks=4)
def test_every_row_comes_once_and_every_rank_has_as_many_steps(images, rows_a_file, batch, ranks):
    plan = plan_of(images, rows_a_file=rows_a_file, batch=batch)
    steps = taken(plan, ranks=ranks)
    assert sorted(steps) == [*range(plan.steps)]
    assert all(len(shares) == ranks for shares in steps.values())
    told = together(steps)
    assert sorted(row for rows in told.values() for row in rows) == every_row(plan)
    assert [len(told[step]) for step in range(plan.steps)] == [
        plan.weight(step) for step in range(plan.steps)
    ]
    assert all(plan.weight(step) == batch for step in range(plan.steps - 1))


@patiently
@given(images_, rows_a_file_, batches, ranks_, ranks_, st.data())
def test_a_step_has_the_same_rows_for_other_ranks_that_begin_again_there(
    images, rows_a_file, batch, before, after, data
):
    plan = plan_of(images, rows_a_file=rows_a_file, batch=batch)
    step = data.draw(st.integers(0, plan.steps))
    whole = together(taken(plan, ranks=before))
    resumed = together(taken(plan, ranks=after, first_step=step))
    assert resumed == {later: rows for later, rows in whole.items() if later >= step}


@patiently
@given(images_, rows_a_file_, batches, st.integers(0, 2**32), st.integers(0, 1000))
def test_the_order_depends_on_seed_and_epoch_alone(images, rows_a_file, batch, seed, epoch):
    """A plan of other batches goes through the same rows in the same order."""

    def order(**given):
        plan = plan_of(images, rows_a_file=rows_a_file, **{"seed": seed, "epoch": epoch, **given})
        return [row for shares in taken(plan, ranks=1).values() for row in shares[0]]

    first = order(batch=batch)
    assert order(batch=1) == first
    if images > 30:
        assert order(batch=batch, seed=seed + 1) != first
        assert order(batch=batch, epoch=epoch + 1) != first
        assert order(batch=batch, is_shuffled=False) != first


def test_the_order_is_the_same_on_every_machine():
    plan = plan_of(300, rows_a_file=4, batch=8, seed=3, epoch=4)
    assert taken(plan, ranks=1)[0] == [
        [(63, 2), (48, 1), (10, 3), (7, 2), (58, 1), (14, 1), (5, 2), (2, 0)]
    ]

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import HubError
from hub.rules import searching
from hub.rules.searching import RADIUS, BandIndex

ANY_HASH = st.integers(-(2**63), 2**63 - 1)
SIGN_BIT = -(2**63)


def as_hashes(numbers):
    return np.array([number & (2**64 - 1) for number in numbers], dtype=np.uint64).view(np.int64)


def index_of(probes_by_owner):
    """An index of {owner: probes}, each probe numbered by its place."""
    listed = [
        (probe, owner, number)
        for owner, probes in probes_by_owner.items()
        for number, probe in enumerate(probes)
    ]
    probes, owners, numbers = zip(*listed, strict=True) if listed else ((), (), ())
    return BandIndex.build(
        as_hashes(probes), np.array(owners, dtype=int), numbers=np.array(numbers, dtype=int)
    )


def found(index, hashes):
    matches = index.search(as_hashes(hashes))
    columns = (matches.row, matches.owner, matches.number, matches.distance)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def expected(probes_by_owner, hashes):
    """What a look at every pair finds."""
    pairs = []
    for row, streamed in enumerate(hashes):
        for owner, probes in sorted(probes_by_owner.items()):
            distances = [((streamed ^ probe) & (2**64 - 1)).bit_count() for probe in probes]
            least = min(distances, default=64)
            if least <= RADIUS:
                pairs.append((row, owner, distances.index(least), least))
    return pairs


@st.composite
def clusters(draw):
    """Probes and hashes around a few centres, mostly at the radius and just beyond it."""
    centres = draw(st.lists(ANY_HASH, min_size=1, max_size=3))

    def near_a_centre():
        turned = draw(st.sets(st.integers(0, 63), max_size=7))
        return draw(st.sampled_from(centres)) ^ sum(1 << bit for bit in turned)

    owners = draw(st.lists(st.integers(0, 2**31 - 1), unique=True, max_size=6))
    probes = {owner: [near_a_centre() for _ in range(draw(st.integers(0, 4)))] for owner in owners}
    return probes, [near_a_centre() for _ in range(draw(st.integers(0, 8)))]


@pytest.fixture(params=[1_000_000, 0], ids=["turned in the index", "turned in the search"])
def either_way(request, monkeypatch):
    monkeypatch.setattr(searching, "_MOST_TURNED", request.param)


@pytest.mark.parametrize("most_turned", [1_000_000, 0])
@given(case=clusters())
@settings(max_examples=30, deadline=None)
def test_finds_around_centres_what_a_look_at_every_pair_finds(most_turned, case):
    probes, hashes = case
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(searching, "_MOST_TURNED", most_turned)
        assert found(index_of(probes), hashes) == expected(probes, hashes)


def test_finds_among_many_what_a_look_at_every_pair_finds(either_way):
    draw = np.random.default_rng(1)
    hashes = draw.integers(SIGN_BIT, 2**63 - 1, 3000, endpoint=True)
    # Every third probe within seven bits of a hash, the others anywhere.
    probes = draw.integers(SIGN_BIT, 2**63 - 1, 3000, endpoint=True)
    turned = np.left_shift(1, draw.integers(0, 64, (1000, 7)))
    probes[::3] = hashes[:1000] ^ np.bitwise_xor.reduce(turned, axis=1)
    by_owner = {owner: probes[owner::600].tolist() for owner in range(600)}
    pairs = found(index_of(by_owner), hashes.tolist())
    distances = np.bitwise_count((hashes[:, None] ^ probes[None, :]).view(np.uint64))
    near = np.argwhere(distances <= RADIUS)
    assert {pair[:2] for pair in pairs} == {(row, probe % 600) for row, probe in near.tolist()}
    assert len(pairs) > 200


def test_finds_every_way_to_turn_five_bits_and_no_sixth(either_way):
    """Each split of 5 and of 6 turned bits over the three bands and the bit that is in none."""
    bands = [range(0, 21), range(21, 42), range(42, 63), range(63, 64)]
    splits = [split for split in np.ndindex(7, 7, 7, 2) if sum(split) in (RADIUS, RADIUS + 1)]
    draw = np.random.default_rng(2)
    probe = SIGN_BIT + 9
    hashes = [probe ^ sum(1 << int(bit) for bit in turned_bits(draw, bands, s)) for s in splits]
    within = [row for row, split in enumerate(splits) if sum(split) == RADIUS]
    assert found(index_of({0: [probe]}), hashes) == [(row, 0, 0, RADIUS) for row in within]


def turned_bits(draw, bands, split):
    return [b for band, n in zip(bands, split, strict=True) for b in draw.permutation(band)[:n]]


def test_the_sign_bit_is_a_bit_like_others(either_way):
    assert found(index_of({0: [0]}), [SIGN_BIT, SIGN_BIT + 31, -1]) == [(0, 0, 0, 1)]
    assert found(index_of({0: [-1]}), [2**63 - 1]) == [(0, 0, 0, 1)]


def test_of_equally_close_probes_the_first_is_told(either_way):
    assert found(index_of({4: [0b111, 0b11, 0b101, 0b1]}), [0b1]) == [(0, 4, 3, 0)]
    assert found(index_of({4: [0b111, 0b100, 0b10, 0b10]}), [0]) == [(0, 4, 1, 1)]


def test_the_order_of_the_probes_changes_nothing():
    draw = np.random.default_rng(3)
    probes = draw.integers(0, 2**12, 500)
    owners, numbers = np.arange(500) // 5, np.arange(500) % 5
    shuffled = draw.permutation(500)
    first = BandIndex.build(probes, owners, numbers=numbers)
    second = BandIndex.build(probes[shuffled], owners[shuffled], numbers=numbers[shuffled])
    assert found(first, range(40)) == found(second, range(40))


def test_many_equal_bands_are_worked_on_piece_by_piece(either_way, monkeypatch):
    probes = {owner: [owner << 42, owner << 42 | 1] for owner in range(200)}
    hashes = [row << 42 for row in range(200)]
    whole = found(index_of(probes), hashes)
    monkeypatch.setattr(searching, "_PAIRS_AT_ONCE", 7)
    monkeypatch.setattr(searching, "_ROWS_AT_ONCE", 64)
    monkeypatch.setattr(searching, "_MATCHES_AT_ONCE", 50)
    assert found(index_of(probes), hashes) == whole == expected(probes, hashes)
    parts = list(index_of(probes).search_in_parts(as_hashes(hashes)))
    assert len(parts) > 4
    assert [row for part in parts for row in part.row] == [row for row, *_ in whole]


def test_a_saved_index_finds_the_same(either_way, tmp_path):
    probes = {0: [1, 2], 3: [1 << 40], 9: [SIGN_BIT]}
    index_of(probes).save(tmp_path / "index")
    index = BandIndex.load(tmp_path / "index")
    assert not index.entries.flags.writeable
    assert found(index, [0, 1 << 41, -1]) == expected(probes, [0, 1 << 41, -1])


def test_a_batch_without_probes_finds_nothing(tmp_path):
    index_of({}).save(tmp_path)
    assert found(BandIndex.load(tmp_path), [0, 1]) == []
    assert found(index_of({0: [5]}), []) == []


@pytest.mark.parametrize(
    ("owners", "numbers", "said"),
    [([0, 2**31], [0, 0], "owners"), ([0, -1], [0, 0], "owners"), ([0, 0], [0, 2**12], "numbers")],
)
def test_what_does_not_fit_the_index_is_refused(owners, numbers, said):
    with pytest.raises(HubError, match=f"{said} outside"):
        BandIndex.build(as_hashes([1, 2]), np.array(owners), numbers=np.array(numbers))


def test_unequal_counts_are_refused():
    with pytest.raises(HubError, match="unequal counts"):
        BandIndex.build(as_hashes([1, 2]), np.array([0]), numbers=np.array([0]))

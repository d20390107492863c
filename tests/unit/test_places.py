import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.rules.nearest import Grid, unit_vectors
from hub.rules.places import Place, find_places, jitter, name_place, name_places

LONS, LATS = st.floats(-180, 180), st.floats(-90, 90)


def km_between(lon, lat, lons, lats):
    """Great-circle distance by the haversine formula: the reference, written another way."""
    north, norths = np.radians(lat), np.radians(lats)
    half = np.sin((norths - north) / 2) ** 2
    half = half + np.cos(north) * np.cos(norths) * np.sin(np.radians(lons - lon) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


@pytest.mark.parametrize(
    ("lon", "lat", "country", "city", "neighbourhood"),
    [
        (-73.935242, 40.730610, "United States", "New York City", "Sunnyside"),
        (-73.9496, 40.6501, "United States", "New York City", "Brooklyn"),
        (-73.9535, 40.7143, "United States", "New York City", "Williamsburg"),
        (-122.446747, 37.733795, "United States", "San Francisco", "Noe Valley"),
        (-122.4191, 37.7599, "United States", "San Francisco", "Mission District"),
        (-122.2727, 37.8716, "United States", "Berkeley", ""),
        (-79.384293, 43.653908, "Canada", "Toronto", "Bay Street Corridor"),
        (-79.3972, 43.6536, "Canada", "Toronto", "Kensington-Chinatown"),
        (-79.40, 43.77, "Canada", "Toronto", "Willowdale East"),
        (-0.09, 51.45, "United Kingdom", "London", "East Dulwich"),
        (-74.0324, 40.7440, "United States", "Hoboken", ""),
        (2.3522, 48.8566, "France", "Paris", ""),
        (178.4415, -18.1416, "Fiji", "Suva", ""),
    ],
)
def test_a_point_has_its_city_and_the_neighbourhood_where_one_is_known(
    lon, lat, country, city, neighbourhood
):
    assert name_place(lon, lat) == Place(country, city, neighbourhood)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(-30.0, 30.0), (0.0, 90.0), (0.0, -90.0), (180.0, 0.0), (-180.0, 40.0)],
)
def test_open_sea_and_the_poles_have_no_name(lon, lat):
    assert name_place(lon, lat) is None


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(math.nan, 0.0), (0.0, math.nan), (180.1, 0.0), (0.0, -90.1), (math.inf, 0.0), (0, 1e300)],
)
def test_what_is_no_point_has_no_name(lon, lat):
    assert name_place(lon, lat) is None


def test_a_neighbourhood_is_claimed_only_near_it():
    seaside = name_place(-122.5, 37.76)
    assert seaside == Place("United States", "San Francisco")


def test_many_points_are_named_in_their_order_as_one_by_one():
    lons = [-73.95, math.nan, -79.38, 0.0, 2.35]
    lats = [40.65, 40.0, 43.65, 0.0, 48.85]
    assert name_places(lons, lats) == [name_place(*at) for at in zip(lons, lats, strict=True)]
    assert name_places([], []) == []


def test_both_sides_of_the_antimeridian_are_neighbours():
    fiji = Grid(unit_vectors(np.array([179.99]), np.array([-16.8])), 50.0)
    rows, km = fiji.nearest(unit_vectors(np.array([-179.99, 180.0, -180.0]), np.full(3, -16.8)))
    assert rows.tolist() == [0, 0, 0]
    assert km == pytest.approx([2.129, 1.064, 1.064], abs=0.01)


@settings(deadline=None)
@given(
    places=st.lists(st.tuples(LONS, LATS), min_size=1, max_size=60),
    near=st.lists(
        st.tuples(st.integers(0, 59), st.floats(-0.9, 0.9), st.floats(-0.9, 0.9)), max_size=20
    ),
    points=st.lists(st.tuples(LONS, LATS), max_size=20),
    reach_km=st.sampled_from([8.0, 50.0, 700.0]),
)
def test_the_nearest_place_in_reach_is_the_one_a_search_of_all_finds(
    places, near, points, reach_km
):
    lons, lats = np.array(places).T
    around = [places[i % len(places)] for i, _, _ in near]
    points = points + [
        (lon + east, max(-90.0, min(90.0, lat + north)))
        for (lon, lat), (_, east, north) in zip(around, near, strict=True)
    ]
    if not points:
        return
    at = np.array(points)
    rows, km = Grid(unit_vectors(lons, lats), reach_km).nearest(unit_vectors(at[:, 0], at[:, 1]))
    for (lon, lat), row, found in zip(points, rows, km, strict=True):
        distances = km_between(lon, lat, lons, lats)
        if row >= 0:
            assert found == pytest.approx(distances.min(), abs=1e-4)
            assert found == pytest.approx(distances[row], abs=1e-4)
        else:
            assert distances.min() > reach_km - 1e-4


def test_of_places_at_one_point_the_first_is_found():
    twice = unit_vectors(np.array([10.0, 7.0, 7.0]), np.array([50.0, 3.0, 3.0]))
    rows, _ = Grid(twice, 50.0).nearest(unit_vectors(np.array([7.001]), np.array([3.0])))
    assert rows.tolist() == [1]


def test_importing_the_rule_reads_no_places():
    told = "import hub.rules.places as p; print(p._gazetteer.cache_info().currsize)"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "0"


@settings(max_examples=500)
@given(lon=LONS, lat=LATS, secret=st.text(), supplier=st.text())
def test_the_shown_point_is_300_to_1000_metres_off_wherever_it_is(lon, lat, secret, supplier):
    shown = jitter(lon, lat, secret=secret, supplier=supplier)
    assert 0.3 <= km_between(lon, lat, *shown) <= 1.0
    assert -180 <= shown[0] < 180
    assert -90 <= shown[1] <= 90
    assert shown == (round(shown[0], 4), round(shown[1], 4))


def test_the_shown_point_is_the_same_each_time_and_not_without_the_secret():
    def shown(**changed):
        return jitter(-73.95, 40.65, **{"secret": "s", "supplier": "ann"} | changed)

    assert shown() == shown()
    assert len({shown(), shown(secret="t"), shown(supplier="bo")}) == 3


def test_many_pictures_of_one_spot_do_not_average_out_to_it():
    places = np.array([-79.3843, 43.6539]) + np.random.default_rng(1).normal(0, 2e-5, (200, 2))
    shown = np.array([jitter(*place, secret="s", supplier="ann") for place in places])
    assert km_between(-79.3843, 43.6539, *shown.mean(axis=0)) > 0.2


def test_directions_and_distances_vary():
    spots = [(-79.3 + i / 100, 43.6) for i in range(400)]
    shown = [jitter(*spot, secret="s", supplier="ann") for spot in spots]
    east = np.array([new[0] - old[0] for old, new in zip(spots, shown, strict=True)])
    north = np.array([new[1] - old[1] for old, new in zip(spots, shown, strict=True)])
    quadrants = np.bincount((east > 0) * 2 + (north > 0), minlength=4)
    assert quadrants.min() > 60
    km = [km_between(*old, *new) for old, new in zip(spots, shown, strict=True)]
    assert min(km) < 0.5
    assert max(km) > 0.8


def test_places_are_found_by_how_their_name_begins_whatever_its_case_and_accents():
    found = [(one.place.city, one.place.neighbourhood) for one in find_places(" zURICH", most=5)]
    assert found[0] == ("Zürich", "")
    berlin = next(one for one in find_places("Berlin", most=5) if one.place.country == "Germany")
    assert (round(berlin.lon), round(berlin.lat)) == (13, 53)
    assert find_places("Kreuzberg", most=1)[0].place.city == "Berlin"
    assert len(find_places("san", most=7)) == 7
    assert find_places("  ", most=7) == find_places("no city is called so", most=7) == []

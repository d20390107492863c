from hub.rules.crowding import Spot, gather


def spot(place_id, *names, suppliers, images=1, lon=0.0):
    country, city, neighbourhood = (*names, "", "")[:3]
    return Spot(place_id, country, city, neighbourhood, images, frozenset(suppliers), lon, 0.0)


def shown(crowded):
    return [(place.name, place.images, place.suppliers) for place in crowded.places]


def test_a_place_is_shown_once_enough_suppliers_stand_there():
    few, enough = (
        spot(1, "Peru", "Lima", suppliers=[1, 2]),
        spot(1, "Peru", "Lima", suppliers="abc"),
    )
    assert shown(gather([few], least_suppliers=3)) == []
    assert shown(gather([enough], least_suppliers=3)) == [("Lima, Peru", 1, 3)]


def test_what_is_not_shown_is_only_counted():
    crowded = gather([spot(1, "Peru", "Lima", suppliers=[1], images=7)], least_suppliers=2)
    assert (crowded.places, dict(crowded.by_id), crowded.hidden_images) == ([], {}, 7)


def test_quarters_that_are_too_few_are_counted_as_their_city():
    crowded = gather(
        [
            spot(1, "Peru", "Lima", "Miraflores", suppliers=[1, 2], images=4, lon=2.0),
            spot(2, "Peru", "Lima", "Barranco", suppliers=[3], images=2, lon=5.0),
            spot(3, "Peru", "Lima", "Centro", suppliers=[1, 2, 3], images=9),
        ],
        least_suppliers=3,
    )
    assert shown(crowded) == [("Centro, Lima, Peru", 9, 3), ("Lima, Peru", 6, 3)]
    assert crowded.by_id[1] is crowded.by_id[2]
    assert crowded.by_id[1].lon == 3.0


def test_cities_that_are_too_few_are_counted_as_their_country():
    spots = [spot(1, "Peru", "Lima", suppliers=[1, 2]), spot(2, "Peru", "Cusco", suppliers=[3])]
    assert shown(gather(spots, least_suppliers=3)) == [("Peru", 2, 3)]


def test_a_supplier_counts_once_however_many_places_he_was_at():
    spots = [spot(1, "Peru", "Lima", suppliers=[1, 2]), spot(2, "Peru", "Cusco", suppliers=[1, 2])]
    assert shown(gather(spots, least_suppliers=3)) == []


def test_a_larger_place_does_not_hold_what_a_smaller_one_shows():
    spots = [
        spot(1, "Peru", "Lima", suppliers=[1, 2, 3], images=50),
        spot(2, "Peru", "Cusco", suppliers=[4], images=1),
    ]
    crowded = gather(spots, least_suppliers=3)
    assert shown(crowded) == [("Lima, Peru", 50, 3)]
    assert crowded.hidden_images == 1

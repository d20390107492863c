"""Who submits: a dozen invented people of three cities, each with habits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Supplier:
    """A person who submits pictures."""

    name: str
    author: str
    city: str
    neighbourhood: str
    lon: float
    lat: float
    utc_offset_hours: int
    """In summer, when all these pictures are taken."""
    licence: str
    favourites: tuple[str, ...]
    """Labels submitted three times as often as others."""
    activity: float
    """Share of the crowd's pictures, relative to the others'."""
    camera: tuple[str, str]
    """Make and model, as EXIF says them."""
    places: str
    """Where coordinates are told: exif | csv | both | none."""
    sideways: float
    """Share of pictures stored on their side, with an EXIF orientation that turns them upright."""
    quality: int
    """Of the camera's JPEG."""
    clock: str
    """right | wrong (a year behind) | none (the camera has no clock, and nobody says the time)."""
    exif: bool
    """Whether files come as the camera wrote them; a messenger takes all EXIF away."""
    careless: float
    """How often, relative to others, under a wrong label, or broken."""
    bursty: float
    """How often, relative to others, several shots of one scene."""
    repeats: float
    """Of the copies of their pictures, the share that they send themselves."""


def _supplier(
    name: str,
    place: tuple[str, str, float, float],
    licence: str,
    favourites: tuple[str, ...],
    *,
    activity: float,
    camera: str,
    places: str = "exif",
    sideways: float = 0.0,
    quality: int = 93,
    clock: str = "right",
    exif: bool = True,
    careless: float = 1.0,
    bursty: float = 1.0,
    repeats: float = 0.5,
) -> Supplier:
    city, neighbourhood, lon, lat = place
    given, _, family = name.partition(" ")
    return Supplier(
        name=f"{given}-{family[0]}".lower(),
        author=name,
        city=city,
        neighbourhood=neighbourhood,
        lon=lon,
        lat=lat,
        utc_offset_hours=-7 if city == "San Francisco" else -4,
        licence=licence,
        favourites=favourites,
        activity=activity,
        camera=("Imaginary Optics", camera),
        places=places,
        sideways=sideways,
        quality=quality,
        clock=clock,
        exif=exif,
        careless=careless,
        bursty=bursty,
        repeats=repeats,
    )


def _new_york(neighbourhood: str, lon: float, lat: float) -> tuple[str, str, float, float]:
    return "New York City", neighbourhood, lon, lat


def _san_francisco(neighbourhood: str, lon: float, lat: float) -> tuple[str, str, float, float]:
    return "San Francisco", neighbourhood, lon, lat


def _toronto(neighbourhood: str, lon: float, lat: float) -> tuple[str, str, float, float]:
    return "Toronto", neighbourhood, lon, lat


SUPPLIERS: tuple[Supplier, ...] = (
    _supplier(
        "Amara Okoye", _new_york("Harlem", -73.9465, 40.8116), "CC BY 4.0",
        ("Apple", "Orange", "Banana", "Pumpkin"), activity=6.0, camera="Pocket 3", sideways=0.25,
        bursty=2.0,
    ),
    _supplier(
        "Bruno Salvi", _new_york("Williamsburg", -73.9573, 40.7081), "CC BY 4.0",
        ("Car", "House", "Traffic light", "Stop sign"), activity=3.0, camera="Pocket 3",
        places="both", careless=0.5, bursty=3.0,
    ),
    _supplier(
        "Chiara Lund", _new_york("Astoria", -73.9235, 40.7644), "CC BY 2.0",
        ("Teddy bear", "Wall clock", "Candle"), activity=1.6, camera="Mirror 40", quality=95,
        careless=0.3,
    ),
    _supplier(
        "Dmitri Vale", _new_york("Park Slope", -73.9772, 40.6710), "CC0 1.0",
        ("Football", "Umbrella", "Balloon"), activity=1.0, camera="Fold One", places="csv",
        careless=3.0, repeats=0.9,
    ),
    _supplier(
        "Esme Tran", _san_francisco("Mission District", -122.4194, 37.7599), "CC BY 4.0",
        ("Strawberry", "Mushroom", "Tomato", "Carrot"), activity=4.5, camera="Fold One",
        sideways=0.2,
    ),
    _supplier(
        "Farid Noor", _san_francisco("Outer Sunset", -122.4945, 37.7554), "CC BY 2.0",
        ("Fish", "Umbrella", "Starfish"), activity=1.3, camera="Tide 2", quality=92, clock="wrong",
        bursty=2.0,
    ),
    _supplier(
        "Greta Holm", _san_francisco("North Beach", -122.4103, 37.8005), "CC BY 4.0",
        ("House", "Wall clock", "Sunflower"), activity=0.9, camera="Mirror 40", places="both",
        quality=95, careless=0.5,
    ),
    _supplier(
        "Hugo Baptiste", _san_francisco("Noe Valley", -122.4330, 37.7502), "CC BY-NC 4.0",
        ("Teddy bear", "Banana", "Doughnut"), activity=0.7, camera="Pocket 2", places="none",
        quality=88, clock="none", careless=4.0,
    ),
    _supplier(
        "Ines Duarte", _toronto("Kensington Market", -79.4005, 43.6547), "CC BY 4.0",
        ("Orange", "Strawberry", "Mushroom", "Watermelon"), activity=2.4, camera="Pocket 3",
        repeats=0.2,
    ),
    _supplier(
        "Jonas Reid", _toronto("The Annex", -79.4070, 43.6700), "CC0 1.0",
        ("Apple", "Football", "Lemon", "Pear"), activity=1.2, camera="Pocket 2", places="csv",
        quality=91, repeats=0.8,
    ),
    _supplier(
        "Kiri Mahuta", _toronto("Leslieville", -79.3357, 43.6626), "CC BY 2.0",
        ("Car", "Fish", "Snowman", "Ladybug"), activity=0.6, camera="Tide 2", sideways=0.3,
        quality=92, bursty=4.0,
    ),
    _supplier(
        "Leo Marchetti", _toronto("High Park", -79.4637, 43.6465), "CC BY 4.0",
        ("Mushroom", "Fish", "House", "Coffee cup"), activity=0.4, camera="Fold One",
        places="none", quality=80, exif=False, careless=2.0,
    ),
)  # fmt: skip

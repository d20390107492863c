"""Settings, read once from the environment at an entry point and then passed down."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hub.errors import ConfigError

# Any of these means that libpq's own variables name the server.
_LIBPQ = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")


@dataclass(frozen=True)
class Settings:
    """What a hub is told from outside. Folders are absolute; sizes in bytes, sides in pixels."""

    home: Path
    """Holds a local hub whole: Postgres, lake, objects, landing, logs."""
    database_url: str | None
    """None: the embedded server of `home`. Empty: libpq's own PG* variables."""
    lake_root: str
    objects_root: str
    """Landing files, manifests: immutable bytes by key."""
    spark_master: str = "local[*]"
    spark_memory: str = "4g"
    partitions: int = 0
    """Spark partitions of a stage; 0: one a core."""
    batch_files: int = 200_000
    """A batch takes whole receipts, oldest first, until this many files (always at least one)."""
    min_side_px: int = 100
    max_file_bytes: int = 64 * 1024**2
    max_pixels: int = 100_000_000
    augment_count: int = 1
    trainable_evidence: str = "supplier"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read HUB_* (and whether PG* name a server).

        Raises ConfigError that names the variable and what it should hold.
        """
        home = Path(environ.get("HUB_HOME") or ".hub").expanduser().absolute()
        url = environ.get("HUB_DATABASE_URL")
        if not url:
            url = "" if any(environ.get(name) for name in _LIBPQ) else None
        evidence = environ.get("HUB_TRAINABLE_EVIDENCE") or cls.trainable_evidence
        if evidence not in ("supplier", "verified"):
            raise ConfigError(
                f"HUB_TRAINABLE_EVIDENCE is '{evidence}'; set it to 'supplier' or 'verified'"
            )
        return cls(
            home=home,
            database_url=url,
            lake_root=environ.get("HUB_LAKE_ROOT") or str(home / "lake"),
            objects_root=environ.get("HUB_OBJECTS_ROOT") or str(home / "objects"),
            spark_master=environ.get("HUB_SPARK_MASTER") or cls.spark_master,
            spark_memory=environ.get("HUB_SPARK_MEMORY") or cls.spark_memory,
            partitions=_whole(environ, "HUB_PARTITIONS", cls.partitions),
            batch_files=_whole(environ, "HUB_BATCH_FILES", cls.batch_files, least=1),
            min_side_px=_whole(environ, "HUB_MIN_SIDE_PX", cls.min_side_px, least=1),
            max_file_bytes=_whole(environ, "HUB_MAX_FILE_BYTES", cls.max_file_bytes, least=1),
            max_pixels=_whole(environ, "HUB_MAX_PIXELS", cls.max_pixels, least=1),
            augment_count=_whole(environ, "HUB_AUGMENT_COUNT", cls.augment_count),
            trainable_evidence=evidence,
        )


def _whole(environ: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    text = environ.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise ConfigError(f"{name} is '{text}'; set it to a whole number of at least {least}")
    return int(text)

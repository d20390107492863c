"""Columns that Parquet exports have in common: what is known of a picture, typed."""

import pyarrow as pa

TEXTS = (
    *("image_id", "split", "group_id", "licence", "author", "source"),
    *("taken_at", "country", "city", "neighbourhood"),
)
SIDES = ("x_min", "x_max", "y_min", "y_max")
LISTS = ("labels", "picked", "negatives")

ROWS_A_STEP = 8
"""Parquet ends a page, and frees its memory, only between steps: of 1,024 rows unless told."""


def record_fields(label: pa.DataType) -> list[tuple[str, pa.DataType]]:
    """Return the columns of `hub.exports.states.record`, with labels as numbers or as text."""
    box = pa.struct(
        [
            ("label", label),
            *((side, pa.float64()) for side in SIDES),
            ("source", pa.string()),
            ("is_group_of", pa.bool_()),
        ]
    )
    return [
        *((name, pa.list_(label)) for name in LISTS),
        ("boxes", pa.list_(box)),
        ("width", pa.int64()),
        ("height", pa.int64()),
        *((name, pa.string()) for name in TEXTS),
    ]

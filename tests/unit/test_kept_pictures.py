import pyarrow as pa
from pyspark.sql.pandas.types import to_arrow_schema

from jobs import schemas, split


def test_keeps_one_row_a_picture_under_its_first_label():
    rows = [
        {"file_id": 1, "image_id": "p", "label_key": "m_b"},
        {"file_id": 2, "image_id": "p", "label_key": "m_a"},
        {"file_id": 3, "image_id": "q", "label_key": "m_a"},
        {"file_id": 4, "image_id": "r", "label_key": "m_a", "reason": "truncated"},
    ]
    schema = to_arrow_schema(schemas.FILES_CHECKED, timezone="UTC")
    checked = pa.Table.from_pylist(rows, schema=schema)
    kept = split.keep_pictures(checked, pa.table({"file_id": [3]})).to_pylist()
    assert [(row["image_id"], row["file_id"], row["label_key"]) for row in kept] == [
        ("p", 2, "m_a")
    ]

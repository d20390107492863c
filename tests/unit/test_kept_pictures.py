import pyarrow as pa
import pytest
from deltalake import write_deltalake
from pyspark.sql.pandas.types import to_arrow_schema

from hub.catalogue.batches import Batch
from hub.config import Settings
from hub.errors import LakeUnreadable
from hub.lake.tables import table_path
from jobs import schemas, split
from jobs.stage import Work


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


@pytest.fixture
def work(tmp_path):
    settings = Settings(home=tmp_path, database_url=None, lake_root=str(tmp_path), objects_root="")
    return Work(None, settings, None, Batch(1, "key", 1), "")


def write_duplicates(work, *left_out):
    schema = to_arrow_schema(schemas.DUPLICATES, timezone="UTC")
    names = [name for name in schema.names if name not in left_out]
    path = table_path(work.settings.lake_root, "duplicates")
    write_deltalake(path, schema.empty_table().select(names))


def test_a_batch_that_an_earlier_release_took_through_dedupe_has_no_related_pictures(work):
    write_duplicates(work, "look_distance")
    related = split.read_related(work)
    assert (related.num_rows, related.column_names[:2]) == (0, ["image_id", "related_to"])


def test_related_pictures_that_were_lost_are_missed(work):
    write_duplicates(work)
    with pytest.raises(LakeUnreadable, match="images_related of the lake is gone"):
        split.read_related(work)

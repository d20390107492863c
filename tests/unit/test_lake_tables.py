import pyarrow as pa
import pytest
from deltalake import write_deltalake

from hub.errors import LakeUnreadable
from hub.lake import tables


def test_a_damaged_log_is_one_sentence_with_the_folder_to_restore(tmp_path):
    write_deltalake(tables.table_path(str(tmp_path), "images"), pa.table({"batch_no": [1]}))
    [log] = (tmp_path / "images" / "_delta_log").glob("*.json")
    log.write_text("no log at all\n")
    with pytest.raises(LakeUnreadable, match=r"^Table images .* Restore .*/images from"):
        tables.find_table(str(tmp_path), "images")


def test_a_table_that_is_not_there_is_no_damage(tmp_path):
    assert tables.find_table(str(tmp_path), "images") is None
    assert tables.last_batch(str(tmp_path), "images", hub_id="hub") == 0

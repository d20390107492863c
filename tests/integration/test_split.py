from jobs import schemas, split


def test_keeps_one_row_a_picture_under_its_first_label(spark):
    rows = [
        {"file_id": 1, "image_id": "p", "label_key": "m_b"},
        {"file_id": 2, "image_id": "p", "label_key": "m_a"},
        {"file_id": 3, "image_id": "q", "label_key": "m_a"},
        {"file_id": 4, "image_id": "r", "label_key": "m_a", "reason": "truncated"},
    ]
    checked = spark.createDataFrame(rows, schemas.FILES_CHECKED)
    duplicates = spark.createDataFrame([{"file_id": 3}], schemas.DUPLICATES)
    kept = split.keep_pictures(checked, duplicates).collect()
    assert [(row.image_id, row.file_id, row.label_key) for row in kept] == [("p", 2, "m_a")]

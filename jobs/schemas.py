"""Column contracts of the lake's tables, one constant a table.

Every field is nullable here: file formats differ in what they remember of NOT NULL, so the
stage that writes a table is what promises that a value is present.
"""

from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    StructType,
    TimestampType,
)

BATCH_FILES = (
    StructType()
    .add("file_id", LongType())
    .add("receipt_no", LongType())
    .add("submission_id", LongType())
    .add("label_key", StringType())
    .add("path", StringType())
    .add("sha256", StringType())
    .add("licence", StringType())
    .add("author", StringType())
    .add("source", StringType())
    .add("supplier_id", LongType())
    .add("taken_at", TimestampType())
    .add("is_apart", BooleanType())
)

CHECK = (
    StructType()
    .add("file_id", LongType())
    .add("receipt_no", LongType())
    .add("supplier_id", LongType())
    .add("label_key", StringType())
    .add("path", StringType())
    .add("sha256", StringType())
    .add("is_apart", BooleanType())
    .add("reason", StringType())
    .add("image_id", StringType())
    .add("format", StringType())
    .add("width_px", IntegerType())
    .add("height_px", IntegerType())
    .add("size_bytes", LongType())
    .add("crc32", LongType())
    .add("rule_version", IntegerType())
    .add("reduced_sha256", StringType())
    .add("phash", LongType())
    .add("phash_crop5", LongType())
    .add("phash_crop10", LongType())
    .add("probes", ArrayType(LongType()))
    .add("brightness_p5", DoubleType())
    .add("brightness_p99", DoubleType())
    .add("information", DoubleType())
    .add("sharpness", DoubleType())
    .add("is_grey", BooleanType())
    .add("taken_at", TimestampType())
    .add("lon", DoubleType())
    .add("lat", DoubleType())
    .add("pack", IntegerType())
)

_BATCH = StructType().add("batch_no", LongType()).add("batch_key", StringType())

FILES_CHECKED = StructType([*_BATCH, *CHECK])

DUPLICATES = (
    StructType([*_BATCH])
    .add("file_id", LongType())
    .add("sha256", StringType())
    .add("image_id", StringType())
    .add("relation", StringType())
    .add("distance", IntegerType())
    .add("look_distance", DoubleType())
    .add("rule_version", IntegerType())
)

# Pairs (later, earlier) of kept pictures that must not come into two splits. `rank` counts the
# earlier ones of a picture in order of receipt, from 0; their group stands here where they are
# of an earlier batch.
IMAGES_RELATED = (
    StructType([*_BATCH])
    .add("image_id", StringType())
    .add("related_to", StringType())
    .add("relation", StringType())
    .add("distance", IntegerType())
    .add("look_distance", DoubleType())
    .add("rule_version", IntegerType())
    .add("rank", IntegerType())
    .add("related_group_id", StringType())
)

IMAGES_KEPT = (
    StructType([*_BATCH])
    .add("image_id", StringType())
    .add("file_id", LongType())
    .add("receipt_no", LongType())
    .add("supplier_id", LongType())
    .add("label_key", StringType())
    .add("sha256", StringType())
    .add("format", StringType())
    .add("width_px", IntegerType())
    .add("height_px", IntegerType())
    .add("size_bytes", LongType())
    .add("crc32", LongType())
    .add("reduced_sha256", StringType())
    .add("phash", LongType())
    .add("phash_crop5", LongType())
    .add("phash_crop10", LongType())
    .add("taken_at", TimestampType())
    .add("pack", IntegerType())
    .add("group_id", StringType())
    .add("split", StringType())
)

# Few columns beside the bytes. `content` stands last, so that file statistics cover the rest.
IMAGES = (
    StructType([*_BATCH])
    .add("image_id", StringType())
    .add("file_id", LongType())
    .add("submission_id", LongType())
    .add("label_key", StringType())
    .add("split", StringType())
    .add("group_id", StringType())
    .add("format", StringType())
    .add("width_px", IntegerType())
    .add("height_px", IntegerType())
    .add("size_bytes", LongType())
    .add("crc32", LongType())
    .add("licence", StringType())
    .add("author", StringType())
    .add("source", StringType())
    .add("rule_version", IntegerType())
    .add("content", BinaryType())
)

# Deterministic in (image_id, recipe, number); only of train pictures. A row without content says by
# its reason why the picture could not be decoded.
IMAGES_AUGMENTED = (
    StructType([*_BATCH])
    .add("image_id", StringType())
    .add("recipe", StringType())
    .add("number", IntegerType())
    .add("label_key", StringType())
    .add("reason", StringType())
    .add("content", BinaryType())
)

TABLES = {
    "files_checked": FILES_CHECKED,
    "duplicates": DUPLICATES,
    "images_related": IMAGES_RELATED,
    "images_kept": IMAGES_KEPT,
    "images": IMAGES,
    "images_augmented": IMAGES_AUGMENTED,
}

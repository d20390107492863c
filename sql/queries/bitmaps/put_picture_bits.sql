-- Bring the bits of some pictures in line with their claims and columns, and return which bitmaps
-- of claims that has changed: those of `rollup` follow from them.
-- What is built bit by bit is materialised, so that it is built once.
WITH mask AS MATERIALIZED (
    SELECT image_no / 32000 AS chunk_no,
           bits_of(array_agg((image_no %% 32000)::integer)) AS bits
      FROM image
     WHERE image_id = ANY (%(image_ids)s::text[])
     GROUP BY 1
), found AS MATERIALIZED (
    SELECT facet, value, image_no / 32000 AS chunk_no,
           bits_of(array_agg((image_no %% 32000)::integer)) AS bits
      FROM image_bit
     WHERE image_id = ANY (%(image_ids)s::text[])
     GROUP BY 1, 2, 3
), kept AS (
    SELECT facet, value, chunk_no, bitmap.bits AS old_bits, bitmap.bits & ~mask.bits AS bits
      FROM mask
      JOIN bitmap USING (chunk_no)
     WHERE facet <> 'rollup'
), compared AS (
    SELECT facet, value, chunk_no, old_bits,
           coalesce(kept.bits | found.bits, kept.bits, found.bits) AS bits
      FROM kept
      FULL JOIN found USING (facet, value, chunk_no)
), changed AS MATERIALIZED (
    SELECT facet, value, chunk_no, bits
      FROM compared
     WHERE bits IS DISTINCT FROM old_bits
), removed AS (
    DELETE FROM bitmap
     USING changed
     WHERE (bitmap.facet, bitmap.value, bitmap.chunk_no)
           = (changed.facet, changed.value, changed.chunk_no)
       AND bit_count(changed.bits) = 0
), put AS (
    INSERT INTO bitmap (facet, value, chunk_no, bits)
    SELECT facet, value, chunk_no, bits
      FROM changed
     WHERE bit_count(bits) > 0
        ON CONFLICT (facet, value, chunk_no) DO UPDATE SET bits = excluded.bits
)
SELECT value::bigint AS label_id, chunk_no
  FROM changed
 WHERE facet IN ('own', 'negative')

-- Bring all bits of some labels' own claims, positive and negative, in line with the claims.
WITH found AS (
    SELECT facet, value, image_no / 32000 AS chunk_no,
           bits_of(array_agg((image_no %% 32000)::integer)) AS bits
      FROM image_bit
     WHERE facet IN ('own', 'negative')
       AND label_id = ANY (%(label_ids)s::bigint[])
     GROUP BY 1, 2, 3
), removed AS (
    DELETE FROM bitmap
     WHERE facet IN ('own', 'negative')
       AND value = ANY (%(label_ids)s::text[])
       AND (facet, value, chunk_no) NOT IN (SELECT facet, value, chunk_no FROM found)
)
INSERT INTO bitmap AS kept (facet, value, chunk_no, bits)
SELECT facet, value, chunk_no, bits
  FROM found
    ON CONFLICT (facet, value, chunk_no) DO UPDATE
       SET bits = excluded.bits
     WHERE kept.bits <> excluded.bits

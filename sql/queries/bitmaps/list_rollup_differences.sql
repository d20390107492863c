-- Bitmaps of `rollup` that do not follow from those of the claims and the closure.
WITH said AS MATERIALIZED (
    SELECT facet, value::bigint AS label_id, chunk_no, bits | bits_of('{}') AS bits
      FROM bitmap
     WHERE facet IN ('own', 'negative')
), positive AS (
    SELECT ancestor_id AS label_id, chunk_no, bit_or(bits) AS bits
      FROM said
      JOIN label_closure ON descendant_id = said.label_id
     WHERE facet = 'own'
     GROUP BY 1, 2
), denied AS (
    SELECT descendant_id AS label_id, chunk_no, bit_or(bits) AS bits
      FROM said
      JOIN label_closure ON ancestor_id = said.label_id
     WHERE facet = 'negative'
     GROUP BY 1, 2
)
SELECT 'rollup' AS facet, value, count(*) AS chunks
  FROM (SELECT label_id::text AS value, chunk_no,
               coalesce(positive.bits & ~denied.bits, positive.bits) AS bits
          FROM positive
          LEFT JOIN denied USING (label_id, chunk_no)) AS found
  FULL JOIN (SELECT value, chunk_no, bits
               FROM bitmap
              WHERE facet = 'rollup') AS kept USING (value, chunk_no)
 WHERE coalesce(found.bits, bits_of('{}')) <> coalesce(kept.bits, bits_of('{}'))
 GROUP BY value
 ORDER BY value

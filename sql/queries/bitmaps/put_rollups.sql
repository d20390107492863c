-- Bring `rollup` in line with the bits of the claims and the closure.
--   label_ids  of these labels, and all above and below them, or NULL: of all
--   chunk_nos  in these chunks, or NULL: in all
WITH concerned AS (
    SELECT ancestor_id AS label_id
      FROM label_closure
     WHERE descendant_id = ANY (%(label_ids)s::bigint[])
     UNION
    SELECT descendant_id
      FROM label_closure
     WHERE ancestor_id = ANY (%(label_ids)s::bigint[])
), said AS MATERIALIZED (
    -- The union with nothing unpacks the bits, which are read once for every label above.
    SELECT facet, value::bigint AS label_id, chunk_no, bits | bits_of('{}') AS bits
      FROM bitmap
     WHERE facet IN ('own', 'negative')
       AND (%(chunk_nos)s::bigint[] IS NULL OR chunk_no = ANY (%(chunk_nos)s::bigint[]))
), positive AS (
    SELECT ancestor_id AS label_id, chunk_no, bit_or(bits) AS bits
      FROM said
      JOIN label_closure ON descendant_id = said.label_id
     WHERE facet = 'own'
       AND (%(label_ids)s::bigint[] IS NULL OR ancestor_id IN (SELECT label_id FROM concerned))
     GROUP BY 1, 2
), denied AS (
    SELECT descendant_id AS label_id, chunk_no, bit_or(bits) AS bits
      FROM said
      JOIN label_closure ON ancestor_id = said.label_id
     WHERE facet = 'negative'
       AND (%(label_ids)s::bigint[] IS NULL OR descendant_id IN (SELECT label_id FROM concerned))
     GROUP BY 1, 2
), found AS (
    SELECT label_id::text AS value, chunk_no,
           coalesce(positive.bits & ~denied.bits, positive.bits) AS bits
      FROM positive
      LEFT JOIN denied USING (label_id, chunk_no)
), kept AS (
    SELECT value, chunk_no, bits
      FROM bitmap
     WHERE facet = 'rollup'
       AND (%(chunk_nos)s::bigint[] IS NULL OR chunk_no = ANY (%(chunk_nos)s::bigint[]))
       AND (%(label_ids)s::bigint[] IS NULL OR value IN (SELECT label_id::text FROM concerned))
), changed AS MATERIALIZED (
    SELECT value, chunk_no, found.bits
      FROM found
      FULL JOIN kept USING (value, chunk_no)
     WHERE found.bits IS DISTINCT FROM kept.bits
), removed AS (
    DELETE FROM bitmap
     USING changed
     WHERE bitmap.facet = 'rollup'
       AND (bitmap.value, bitmap.chunk_no) = (changed.value, changed.chunk_no)
       AND coalesce(bit_count(changed.bits), 0) = 0
)
INSERT INTO bitmap (facet, value, chunk_no, bits)
SELECT 'rollup', value, chunk_no, bits
  FROM changed
 WHERE bit_count(bits) > 0
    ON CONFLICT (facet, value, chunk_no) DO UPDATE SET bits = excluded.bits

-- How the pictures of a pick of labels fall into splits, licences and sizes: pictures of each value.
-- Those of size N have from 2^N bytes to twice as many: it is their highest binary digit.
--   facet       own or rollup: by claims on the labels alone, or on their descendants too
--   any_values, all_values, none_values, splits, licences  as picked_bits takes them
WITH picked AS MATERIALIZED (
    SELECT *
      FROM picked_bits(%(facet)s, %(any_values)s::text[], %(all_values)s::text[], %(none_values)s::text[],
                      %(splits)s::text[], %(licences)s::text[])
), held AS (
    SELECT facet, value, picked.bits & bitmap.bits AS bits,
           bit_or(bitmap.bits) OVER (
               PARTITION BY facet, chunk_no ORDER BY value::integer DESC
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS larger_bits
      FROM picked
      JOIN bitmap USING (chunk_no)
     WHERE facet = 'size'
     UNION ALL
    SELECT facet, value, picked.bits & bitmap.bits, NULL
      FROM picked
      JOIN bitmap USING (chunk_no)
     WHERE facet IN ('split', 'licence')
)
SELECT facet, value,
       sum(bit_count(bits & ~coalesce(larger_bits, bits_of('{}'))))::bigint AS images
  FROM held
 GROUP BY facet, value
HAVING sum(bit_count(bits & ~coalesce(larger_bits, bits_of('{}')))) > 0
 ORDER BY facet, value

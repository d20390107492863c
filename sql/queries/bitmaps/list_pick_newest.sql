-- The chunks, newest first, that hold the newest pictures of a pick of labels, bit by bit as text.
--   facet       own or rollup: by claims on the labels alone, or on their descendants too
--   any_values, all_values, none_values, splits, licences  as picked_bits takes them
--   most        so many pictures are wanted; the last chunk may have more
WITH picked AS MATERIALIZED (
    SELECT *
      FROM picked_bits(%(facet)s, %(any_values)s::text[], %(all_values)s::text[], %(none_values)s::text[],
                      %(splits)s::text[], %(licences)s::text[])
), counted AS (
    SELECT chunk_no, bits,
           sum(bit_count(bits)) OVER (ORDER BY chunk_no DESC) - bit_count(bits) AS newer_count
      FROM picked
)
SELECT chunk_no, bits::text AS bits
  FROM counted
 WHERE newer_count < %(most)s
   AND bit_count(bits) > 0
 ORDER BY chunk_no DESC

-- The chunks, newest first, that hold the newest pictures under a label, bit by bit as text.
--   facet      own or rollup: by claims on the label alone, or on its descendants too
--   value      the label's id as text
--   before_no  only pictures of a smaller image_no
--   most       so many pictures are wanted; the last chunk may have more
WITH earlier AS (
    SELECT chunk_no,
           CASE WHEN chunk_no = %(before_no)s::bigint / 32000
                -- The first bit is the oldest picture.
                THEN bits & ~(~bits_of('{}') >> (%(before_no)s::bigint %% 32000)::integer)
                ELSE bits END AS bits
      FROM bitmap
     WHERE facet = %(facet)s
       AND value = %(value)s
       AND chunk_no <= %(before_no)s::bigint / 32000
), counted AS (
    SELECT chunk_no, bits,
           sum(bit_count(bits)) OVER (ORDER BY chunk_no DESC) - bit_count(bits) AS newer_count
      FROM earlier
)
SELECT chunk_no, bits::text AS bits
  FROM counted
 WHERE newer_count < %(most)s
 ORDER BY chunk_no DESC

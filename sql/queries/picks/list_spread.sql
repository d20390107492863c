-- not explained: it reads the table of the transaction's pick
-- How the pictures of the pick fall into splits, licences and sizes: pictures of each value.
-- Those of size N have from 2^N bytes to twice as many.
--   image_ids  only of these pictures; NULL: of all
WITH shown AS (
    SELECT image.split, image.licence, image.size_bytes
      FROM pick
      JOIN image USING (image_id)
     WHERE %(image_ids)s::text[] IS NULL
        OR image_id = ANY (%(image_ids)s::text[])
), said AS (
    SELECT 'split' AS facet, split AS value FROM shown
     UNION ALL
    SELECT 'licence', licence FROM shown
     UNION ALL
    -- Exactly: a logarithm of floating point may say one more.
    SELECT 'size', (length(ltrim(greatest(size_bytes, 1)::bit(63)::text, '0')) - 1)::text FROM shown
)
SELECT facet, value, count(*) AS images
  FROM said
 GROUP BY facet, value
 ORDER BY facet, value

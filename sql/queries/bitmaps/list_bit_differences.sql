-- Bitmaps that are not what claims and pictures ask for, those of `rollup` aside.
SELECT facet, value, count(*) AS chunks
  FROM (SELECT facet, value, image_no / 32000 AS chunk_no,
               bits_of(array_agg((image_no %% 32000)::integer)) AS bits
          FROM image_bit
         GROUP BY 1, 2, 3) AS found
  FULL JOIN (SELECT facet, value, chunk_no, bits
               FROM bitmap
              WHERE facet <> 'rollup') AS kept USING (facet, value, chunk_no)
 WHERE found.bits IS DISTINCT FROM kept.bits
 GROUP BY facet, value
 ORDER BY facet, value

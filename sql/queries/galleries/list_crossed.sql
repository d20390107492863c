-- How many pictures under a label, its descendants' included, have each split and licence.
SELECT other.facet, other.value, sum(bit_count(other.bits & mine.bits))::bigint AS images
  FROM bitmap AS mine
  JOIN bitmap AS other USING (chunk_no)
 WHERE mine.facet = 'rollup'
   AND mine.value = %(value)s
   AND other.facet IN ('split', 'licence')
 GROUP BY other.facet, other.value
HAVING sum(bit_count(other.bits & mine.bits)) > 0
 ORDER BY other.facet, images DESC, other.value

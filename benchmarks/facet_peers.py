"""What the facets are measured beside: plain statements over the rows, as one would write them."""

ALL_COUNTS = """
SELECT label_name.name, count(DISTINCT image_id)
  FROM label_closure
  JOIN label_claim ON label_claim.label_id = descendant_id AND label_claim.value = 'positive'
  JOIN image USING (image_id)
  JOIN label_name ON label_name.label_id = ancestor_id AND NOT is_alias
 WHERE image.status = 'published'
 GROUP BY label_name.name
"""

LABELS_BY_COUNT = f"{ALL_COUNTS} ORDER BY 2 DESC LIMIT 24"

NEWEST_PICTURES = """
SELECT image_no
  FROM label_claim
  JOIN image USING (image_id)
 WHERE image.status = 'published' AND label_claim.value = 'positive'
   AND label_id = ANY (%(label_ids)s)
 ORDER BY image_no DESC
 LIMIT 24
"""

ANY_OF = """
SELECT count(DISTINCT image_id), sum(size_bytes)
  FROM image
 WHERE status = 'published'
   AND image_id IN (SELECT image_id FROM label_claim
                     WHERE label_claim.value = 'positive' AND label_id = ANY (%(label_ids)s))
"""

ALL_OF = """
SELECT count(*), sum(size_bytes)
  FROM image
 WHERE status = 'published'
   AND image_id IN (SELECT image_id FROM label_claim
                     WHERE label_claim.value = 'positive' AND label_id = ANY (%(label_ids)s)
                     GROUP BY image_id HAVING count(*) = cardinality(%(label_ids)s))
"""

WITH_DESCENDANTS = """
SELECT count(DISTINCT image_id), sum(size_bytes)
  FROM image
 WHERE status = 'published'
   AND image_id IN (SELECT image_id FROM label_claim
                      JOIN label_closure ON descendant_id = label_id
                     WHERE label_claim.value = 'positive'
                       AND ancestor_id = ANY (%(label_ids)s))
   AND image_id NOT IN (SELECT image_id FROM label_claim
                          JOIN label_closure ON ancestor_id = label_id
                         WHERE label_claim.value = 'negative'
                           AND descendant_id = ANY (%(label_ids)s))
"""

-- The newest batches that published pictures, with some of those and where some were taken.
--   most     at most so many
--   sampled  so many pictures of a batch are looked at, whatever its size
WITH newest AS (
    SELECT batch_no, ended_at AS published_at, rows_in AS files,
           (rows_out ->> 'published')::bigint AS images
      FROM batch_stage
     WHERE stage = 'publish'
       AND (rows_out ->> 'published')::bigint > 0
     ORDER BY batch_no DESC
     LIMIT %(most)s
)
SELECT newest.batch_no, newest.published_at, newest.files, newest.images,
       coalesce(sample.image_ids, '{}') AS image_ids,
       coalesce(sample.labels, '{}') AS labels,
       coalesce(placed.place_ids, '{}') AS place_ids
  FROM newest
  LEFT JOIN LATERAL (
      -- One a label, so that they show what the batch brought.
      SELECT array_agg(image_id ORDER BY image_no DESC) AS image_ids,
             array_agg(name ORDER BY image_no DESC) AS labels
        FROM (SELECT DISTINCT ON (looked_at.label_key) image_id, image_no, name
                FROM (SELECT image_id, image_no, label_key
                        FROM image
                       WHERE image.batch_no = newest.batch_no
                         AND image.status = 'published'
                       LIMIT %(sampled)s) AS looked_at
                JOIN label ON label.label_key = looked_at.label_key
                JOIN label_name
                  ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
               ORDER BY looked_at.label_key, image_no DESC) AS one_a_label
  ) AS sample ON true
  LEFT JOIN LATERAL (
      SELECT array_agg(place_id ORDER BY images DESC, place_id) AS place_ids
        FROM (SELECT place_id, count(*) AS images
                FROM (SELECT place_id
                        FROM image
                       WHERE image.batch_no = newest.batch_no
                         AND image.status = 'published'
                       LIMIT %(sampled)s) AS looked_at
               WHERE place_id IS NOT NULL
               GROUP BY place_id) AS counted
  ) AS placed ON true
 ORDER BY newest.batch_no DESC

-- Resolve every open report of a picture, or of one of its labels.
--   label_key  of the label that stands today for the one reported; NULL: the picture itself
UPDATE report
   SET resolution = %(resolution)s, resolved_by = %(resolved_by)s, resolved_at = now()
 WHERE image_id = %(image_id)s
   AND resolved_at IS NULL
   AND CASE WHEN %(label_key)s::text IS NULL THEN label_id IS NULL
            ELSE label_id IN (
                SELECT label.label_id
                  FROM label
                  JOIN label AS standing
                    ON standing.label_id = coalesce(label.merged_into_id, label.label_id)
                 WHERE standing.label_key = %(label_key)s) END

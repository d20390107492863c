-- not explained: it reads the table of the transaction's pick
-- Labels as manifests name them.
--   image_ids  only those of these pictures of the pick; NULL: every label
SELECT label.label_id, label.label_key, label_name.name, label.mid
  FROM label
  JOIN label_name ON label_name.label_id = label.label_id AND NOT label_name.is_alias
 WHERE %(image_ids)s::text[] IS NULL
    OR label.label_id IN (
           SELECT label_id FROM label_claim WHERE image_id = ANY (%(image_ids)s)
            UNION
           SELECT unnest(picked) FROM pick WHERE image_id = ANY (%(image_ids)s))

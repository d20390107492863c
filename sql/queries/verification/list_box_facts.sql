-- What the fingerprint covers of every box, on the label that stands for its label today.
SELECT label_box.image_id, standing.label_key, label_box.x_min, label_box.x_max, label_box.y_min,
       label_box.y_max, label_box.source, label_box.is_group_of
  FROM label_box
  JOIN image USING (image_id)
  JOIN label USING (label_id)
  JOIN label AS standing ON standing.label_id = coalesce(label.merged_into_id, label.label_id)
 WHERE image.status = 'published'

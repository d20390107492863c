-- Where in a picture its labels are seen, the largest box first.
SELECT label_name.name AS label, x_min, x_max, y_min, y_max, is_group_of
  FROM label_box
  JOIN label_claim USING (image_id, label_id)
  JOIN label_name USING (label_id)
 WHERE label_box.image_id = %(image_id)s
   AND label_claim.value = 'positive'
   AND NOT label_name.is_alias
 ORDER BY (x_max - x_min) * (y_max - y_min) DESC, label_id, box_no

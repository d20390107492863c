-- Give the boxes of one label to another, behind those that it has; equal ones become one.
WITH moved AS (
    DELETE FROM label_box
     WHERE label_id = %(from_id)s
    RETURNING image_id, box_no, x_min, x_max, y_min, y_max, source, is_group_of
)
INSERT INTO label_box (image_id, label_id, box_no, x_min, x_max, y_min, y_max, source, is_group_of)
SELECT image_id, %(to_id)s,
       coalesce((SELECT max(held.box_no)
                   FROM label_box AS held
                  WHERE held.image_id = moved.image_id
                    AND held.label_id = %(to_id)s), 0)
           + row_number() OVER (PARTITION BY image_id ORDER BY box_no),
       x_min, x_max, y_min, y_max, source, is_group_of
  FROM moved
 WHERE NOT EXISTS (
           SELECT
             FROM label_box AS held
            WHERE held.image_id = moved.image_id
              AND held.label_id = %(to_id)s
              AND (held.x_min, held.x_max, held.y_min, held.y_max, held.is_group_of)
                = (moved.x_min, moved.x_max, moved.y_min, moved.y_max, moved.is_group_of))

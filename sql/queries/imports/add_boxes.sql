-- Take over where imports see labels in a batch's pictures, each place once, whatever the format
-- it came in. The order is that of the receipts and then of the places: never that of a list.
-- Near duplicates show something else elsewhere.
WITH said AS (
    SELECT coalesce(submission_file.image_id, submission_file.duplicate_of) AS image_id,
           coalesce(label.merged_into_id, label.label_id) AS label_id,
           file_box.x_min, file_box.x_max, file_box.y_min, file_box.y_max, file_box.is_group_of,
           min(receipt.receipt_no) AS receipt_no,
           (array_agg(file_box.source ORDER BY receipt.receipt_no, file_box.source))[1] AS source
      FROM receipt
      JOIN submission USING (receipt_no)
      JOIN submission_file USING (submission_id)
      JOIN file_box USING (file_id)
      JOIN label ON label.label_id = file_box.label_id
     WHERE receipt.batch_no = %(batch_no)s
       AND submission_file.outcome IN ('published', 'duplicate')
       AND submission_file.relation IS DISTINCT FROM 'near'
       AND NOT submission_file.is_undone
     GROUP BY 1, 2, 3, 4, 5, 6, 7
)
INSERT INTO label_box (image_id, label_id, box_no, x_min, x_max, y_min, y_max, source, is_group_of)
SELECT image_id, label_id,
       coalesce((SELECT max(held.box_no)
                   FROM label_box AS held
                  WHERE held.image_id = said.image_id
                    AND held.label_id = said.label_id), 0)
           + row_number() OVER (PARTITION BY image_id, label_id
                                    ORDER BY receipt_no, x_min, x_max, y_min, y_max, is_group_of),
       x_min, x_max, y_min, y_max, source, is_group_of
  FROM said
 WHERE NOT EXISTS (
           SELECT
             FROM label_box AS held
            WHERE held.image_id = said.image_id
              AND held.label_id = said.label_id
              AND (held.x_min, held.x_max, held.y_min, held.y_max, held.is_group_of)
                = (said.x_min, said.x_max, said.y_min, said.y_max, said.is_group_of))

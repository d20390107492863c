-- One submission, by the name of the label that stands for it today.
SELECT submission.submission_id AS id,
       submission.receipt_no AS receipt,
       shown.name AS label,
       hub_user.name AS supplier,
       submission.status,
       receipt.received_at
  FROM submission
  JOIN receipt USING (receipt_no)
  JOIN hub_user ON hub_user.user_id = receipt.supplier_id
  JOIN label USING (label_id)
  JOIN label_name AS shown
    ON shown.label_id = coalesce(label.merged_into_id, label.label_id)
   AND NOT shown.is_alias
 WHERE submission.submission_id = %(submission_id)s

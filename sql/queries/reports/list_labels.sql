-- What became of the files of a batch by the label that stands today, the largest first.
--   most   at most so many
--   total  labels there are
SELECT label_name.name AS name,
       NULL::bigint AS receipt,
       count(*) AS files,
       count(*) FILTER (WHERE submission_file.outcome = 'published') AS published,
       count(*) FILTER (WHERE submission_file.outcome = 'duplicate') AS duplicate,
       count(*) FILTER (WHERE submission_file.outcome = 'rejected') AS rejected,
       count(*) FILTER (WHERE submission_file.outcome = 'pending') AS pending,
       count(*) OVER () AS total
  FROM receipt
  JOIN submission USING (receipt_no)
  JOIN submission_file USING (submission_id)
  JOIN label USING (label_id)
  JOIN label_name ON label_name.label_id = coalesce(label.merged_into_id, label.label_id)
                 AND NOT label_name.is_alias
 WHERE receipt.batch_no = %(batch_no)s
 GROUP BY label_name.name
 ORDER BY files DESC, label_name.name
 LIMIT %(most)s

-- Begin the counts of new labels.
INSERT INTO label_count (label_id)
SELECT unnest(%(label_ids)s::bigint[])

-- Figures of a training beside those it has; run_folder NULL: as it is.
UPDATE training
   SET metrics = metrics || %(metrics)s::jsonb, run_folder = coalesce(%(run_folder)s, run_folder)
 WHERE training_id = %(training_id)s

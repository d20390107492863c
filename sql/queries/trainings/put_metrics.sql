-- Figures of a training beside those it has.
UPDATE training
   SET metrics = metrics || %(metrics)s::jsonb, run_folder = %(run_folder)s
 WHERE training_id = %(training_id)s

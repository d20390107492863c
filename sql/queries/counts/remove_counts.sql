-- Forget the counts of a label that another now stands for.
DELETE FROM label_count
 WHERE label_id = %(label_id)s

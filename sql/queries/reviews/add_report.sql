-- Keep that somebody holds a picture, or one of its labels, to be wrong.
INSERT INTO report (image_id, label_id, reason, note, reported_by_id)
VALUES (%(image_id)s, %(label_id)s, %(reason)s, %(note)s, %(reported_by_id)s)
RETURNING report_id

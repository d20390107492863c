-- Let a user see a subset; a second time changes nothing.
INSERT INTO subset_share (subset_id, user_id)
VALUES (%(subset_id)s, %(user_id)s)
ON CONFLICT (subset_id, user_id) DO NOTHING

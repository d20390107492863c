INSERT INTO training (requested_by_id, root, recipe, options, status, reproduces_id)
VALUES (%(user_id)s, %(root)s, %(recipe)s::jsonb, %(options)s::jsonb, %(status)s, %(reproduces_id)s)
RETURNING training_id

INSERT INTO training (requested_by_id, root, recipe, options, status)
VALUES (%(user_id)s, %(root)s, %(recipe)s::jsonb, %(options)s::jsonb, %(status)s)
RETURNING training_id

-- Add a user; without a password hash nobody signs in by that name.
INSERT INTO hub_user (name, role, password_hash)
VALUES (%(name)s, %(role)s, %(password_hash)s)
RETURNING user_id, name, role

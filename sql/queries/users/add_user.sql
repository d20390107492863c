-- Add a user; without a password hash nobody signs in by that name.
INSERT INTO hub_user (name, role, password_hash, email)
VALUES (%(name)s, %(role)s, %(password_hash)s, %(email)s)
RETURNING user_id, name, role

-- Keep an invitation, but for its secret.
INSERT INTO invitation (invitation_id, secret_sha256, role, email, created_by, expires_at)
VALUES (%(invitation_id)s, %(secret_sha256)s, %(role)s, %(email)s, %(created_by)s,
        now() + make_interval(days => %(days)s))
RETURNING invitation_id, role, email, created_by, created_at, expires_at

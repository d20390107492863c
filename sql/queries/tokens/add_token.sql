-- Keep a token, but for its secret.
WITH added AS (
    INSERT INTO token (token_id, user_id, name, secret_sha256, scopes, expires_at)
    VALUES (%(token_id)s, %(user_id)s, %(name)s, %(secret_sha256)s, %(scopes)s::text[],
            now() + make_interval(days => %(days)s))
    RETURNING *
)
SELECT added.token_id, hub_user.name AS user_name, added.name, added.scopes, added.created_at,
       added.expires_at, added.revoked_at
  FROM added
  JOIN hub_user USING (user_id)

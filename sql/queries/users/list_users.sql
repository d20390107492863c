-- Who has a name at the hub, the newest first.
SELECT name, role, password_hash IS NOT NULL AS has_password, email, created_at
  FROM hub_user
 ORDER BY user_id DESC

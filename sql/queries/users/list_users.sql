-- Who has a name at the hub, the newest first.
--   part  only those whose name or address has it, in either case; empty: all
--   most  at most so many; NULL: all
SELECT name, role, password_hash IS NOT NULL AS has_password, email, created_at
  FROM hub_user
 WHERE strpos(lower(name), lower(%(part)s)) > 0
    OR strpos(lower(email), lower(%(part)s)) > 0
 ORDER BY user_id DESC
 LIMIT %(most)s

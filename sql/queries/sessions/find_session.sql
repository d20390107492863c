-- A session that has not expired, with whose it is and what the hub signs sessions by.
SELECT hub_user.user_id, hub_user.name, hub_user.role, session.secret_sha256,
       hub.session_secret AS key
  FROM session
  JOIN hub_user USING (user_id)
 CROSS JOIN hub
 WHERE session.session_id = %(session_id)s
   AND session.expires_at > now()

-- Invitations that are neither used nor expired, the newest first.
SELECT invitation_id, role, email, created_by, created_at, expires_at
  FROM invitation
 WHERE used_at IS NULL
   AND expires_at > now()
 ORDER BY created_at DESC, invitation_id

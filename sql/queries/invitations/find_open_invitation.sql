-- An invitation that is neither used nor expired; it stays so until the transaction ends.
SELECT invitation_id, secret_sha256, role, email
  FROM invitation
 WHERE invitation_id = %(invitation_id)s
   AND used_at IS NULL
   AND expires_at > now()
   FOR UPDATE

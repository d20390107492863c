-- Take back an invitation that nobody has used.
DELETE FROM invitation
 WHERE invitation_id = %(invitation_id)s
   AND used_at IS NULL

-- Invitations of an address in the last hour.
SELECT count(*) AS invitations
  FROM invitation
 WHERE lower(email) = lower(%(email)s)
   AND created_at > now() - interval '1 hour'

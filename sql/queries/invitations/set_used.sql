-- Keep who became a user by an invitation.
UPDATE invitation
   SET used_by_id = %(user_id)s, used_at = now()
 WHERE invitation_id = %(invitation_id)s

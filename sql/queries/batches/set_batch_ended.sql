UPDATE batch
   SET status = 'ended', ended_at = now()
 WHERE batch_no = %(batch_no)s
   AND status = 'open'

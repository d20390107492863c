-- Add a span of bytes that was sent to a user's download of an archive, which it may begin.
INSERT INTO download (user_id, root, size_bytes, sent)
VALUES (%(user_id)s, %(root)s, %(size_bytes)s,
        int8multirange(int8range(%(first)s::bigint, %(end)s::bigint)))
ON CONFLICT (user_id, root) WHERE completed_at IS NULL DO UPDATE
   SET sent = download.sent + excluded.sent

-- Keep what came of fetching from addresses, each named once, in the place of what came before.
INSERT INTO url_fetch (url, status, http_status, error, size_bytes, sha256)
SELECT url, status, http_status, error, size_bytes, sha256
  FROM unnest(%(url)s::text[], %(status)s::text[], %(http_status)s::int[], %(error)s::text[],
              %(size_bytes)s::bigint[], %(sha256)s::text[])
       AS asked (url, status, http_status, error, size_bytes, sha256)
ON CONFLICT (url) DO UPDATE
   SET (status, http_status, error, size_bytes, sha256, fetched_at)
     = (excluded.status, excluded.http_status, excluded.error, excluded.size_bytes, excluded.sha256,
        now())

-- What came of these addresses before.
SELECT url, status, http_status, error, size_bytes, sha256
  FROM url_fetch
 WHERE url = ANY(%(urls)s::text[])

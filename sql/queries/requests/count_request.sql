-- Count a request of a client in the minute that it falls into; return how many there are by now.
INSERT INTO request_count (client, began_at, requests)
VALUES (%(client)s, date_trunc('minute', clock_timestamp()), 1)
ON CONFLICT (client) DO UPDATE
   SET began_at = greatest(request_count.began_at, excluded.began_at),
       requests = CASE WHEN request_count.began_at >= excluded.began_at
                       THEN request_count.requests + 1
                       ELSE 1 END
RETURNING requests,
          greatest(1, ceil(extract(epoch FROM began_at + interval '1 minute' - clock_timestamp())))
              ::integer AS seconds_left

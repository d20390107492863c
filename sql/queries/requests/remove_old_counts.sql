-- Forget the clients of earlier minutes; rows that are being counted at the moment are left alone,
-- since two requests that wait for each other's rows would never end.
DELETE FROM request_count
 WHERE client IN (SELECT client
                    FROM request_count
                   WHERE began_at < now() - interval '5 minutes'
                     FOR UPDATE SKIP LOCKED)

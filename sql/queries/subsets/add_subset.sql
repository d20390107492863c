-- Keep a subset's lock in the hub's history.
INSERT INTO subset (name, root, images, bytes, lock_toml, created_by, note, updated_from_id)
VALUES (%(name)s, %(root)s, %(images)s, %(bytes)s, %(lock_toml)s, %(created_by)s, %(note)s,
        %(updated_from_id)s)

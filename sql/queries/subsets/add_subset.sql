-- Keep a subset's lock in the hub's history.
INSERT INTO subset (name, root, images, bytes, lock_toml, created_by)
VALUES (%(name)s, %(root)s, %(images)s, %(bytes)s, %(lock_toml)s, %(created_by)s)

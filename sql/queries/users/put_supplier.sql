-- Make the user of that name, as a supplier, unless there is one of any role.
INSERT INTO hub_user (name, role)
VALUES (%(name)s, 'supplier')
ON CONFLICT (name) DO NOTHING

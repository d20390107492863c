-- Make a name, new or so far an alias of the label, its name.
INSERT INTO label_name (folded_name, label_id, name, is_alias)
VALUES (%(folded_name)s, %(label_id)s, %(name)s, false)
    ON CONFLICT (folded_name) DO UPDATE
       SET name = excluded.name, is_alias = false
     WHERE label_name.label_id = excluded.label_id

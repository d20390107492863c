-- Make the names of one label aliases of another.
UPDATE label_name
   SET label_id = %(to_id)s, is_alias = true
 WHERE label_id = %(from_id)s

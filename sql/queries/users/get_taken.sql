-- Whether a name looks like a user's, or like one of those that nobody may have.
SELECT EXISTS (SELECT 1 FROM hub_user WHERE look_of(name) = look_of(%(name)s))
       OR EXISTS (SELECT 1
                    FROM unnest(%(reserved)s::text[]) AS word
                   WHERE look_of(word) = look_of(%(name)s)) AS is_taken

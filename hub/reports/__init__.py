"""Pages that a person looks at: facts out of both stores, and HTML made of them."""

"""A seeded crowd: drawn pictures of known labels, who submits them, and the truth about each."""

"""Callers of the SQL in `sql/queries`, one module a table family."""

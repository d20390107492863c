"""The routes: each parses, makes one call, renders."""

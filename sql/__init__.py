"""The project's SQL, shipped as package data; only `hub.queries` and `hub.migrations` read it."""

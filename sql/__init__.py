"""The project's SQL, shipped as package data and read only by `hub.queries` and `hub.migrations`."""

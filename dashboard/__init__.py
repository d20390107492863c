"""The site and the REST API: Dash and Flask."""

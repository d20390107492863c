"""Bytes by key: a local folder."""

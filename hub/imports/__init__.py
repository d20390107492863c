"""Formats that pictures come in with what others said of them, one a module."""

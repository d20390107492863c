"""Formats a subset is written in, one a module."""

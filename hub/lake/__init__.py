"""Reads snapshots of the Delta tables without Spark."""

"""Spark: the stages that turn submitted files into published pictures."""

"""Operation: the command line and the hub on one machine."""

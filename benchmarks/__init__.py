"""What `make bench` runs, and its last results with the machine they were measured on."""

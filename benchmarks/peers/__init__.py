"""What is measured beside the hub: programs of their own, each run as a whole process."""

"""What the hub is: rules, catalogue, lake reader and services; no engine, no framework."""

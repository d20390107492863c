"""What `hub verify` checks, one module a kind of contradiction."""

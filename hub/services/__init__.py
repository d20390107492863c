"""One transaction for one request."""

"""Pure functions: what decides about a picture or a label, the same for an upload, a batch and a test."""

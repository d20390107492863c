"""Pure functions: what decides about a picture or a label, wherever it is asked."""

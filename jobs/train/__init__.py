"""Training: what the hub does for it, and beside it, in `worker`, what TensorFlow does."""

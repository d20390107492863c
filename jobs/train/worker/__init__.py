"""What runs in the training environment: knows files, the plain rules and TensorFlow, no store."""

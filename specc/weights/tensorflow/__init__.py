"""TensorFlow's weight files, read by our own decoders: checkpoints, SavedModels."""

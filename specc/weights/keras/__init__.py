"""Keras's weight files: `.weights.h5`, `.keras`, and the `.h5` of Keras 1 and 2."""

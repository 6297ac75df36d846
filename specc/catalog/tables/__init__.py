"""What Keras's signatures don't say: types, ranges, choices, relations, refusals. Hand-written."""

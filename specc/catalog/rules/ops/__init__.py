"""The rules of `keras.ops` functions, a module a family; importing this registers them all."""

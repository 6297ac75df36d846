"""Reads what the installed Keras accepts, as plain data, for the catalog's files."""

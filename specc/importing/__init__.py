"""What exists already becomes a spec: Keras configs of every version, read as data."""

from specc.importing.conversion import object_text, spec_text, spec_texts

__all__ = ["object_text", "spec_text", "spec_texts"]

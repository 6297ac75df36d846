"""Weight files: what is in them, one tensor at a time, and writing them; without TensorFlow."""

from specc.weights.source import Source, TensorInfo

__all__ = ["Source", "TensorInfo"]

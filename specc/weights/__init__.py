"""Weight files: what is in them, one tensor at a time, and writing them; without TensorFlow."""

from specc.weights.metadata import Provenance, digests, provenance
from specc.weights.npz_sink import write_npz
from specc.weights.opening import open_source
from specc.weights.safetensors_sink import write_safetensors
from specc.weights.sharded_sink import write_sharded
from specc.weights.source import Source, TensorInfo
from specc.weights.verify import array_digest, verify

__all__ = [
    "Provenance",
    "Source",
    "TensorInfo",
    "array_digest",
    "digests",
    "open_source",
    "provenance",
    "verify",
    "write_npz",
    "write_safetensors",
    "write_sharded",
]

"""Finds the format of a weight file by its content, whatever it is called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from specc.weights.files import open_file
from specc.weights.orbax_folder import is_orbax
from specc.weights.problems import refused
from specc.weights.tensorflow.checkpoint_dir import find_checkpoint

if TYPE_CHECKING:
    from specc.source.reader import AnyPath
    from specc.weights.files import WeightFile
    from specc.weights.source import Source

HDF5: Final = b"\x89HDF\r\n\x1a\n"


def open_source(path: AnyPath) -> Source:
    """Opens a weight file, or the folder or prefix of a TensorFlow checkpoint.

    Raises:
        SpeccError: S001 to S003 if it cannot be opened, S901 if it is of no known format, S950
            if it is a folder of several checkpoints, others if it is damaged.
    """
    if is_orbax(Path(path)):  # first: older ones have a file `checkpoint`, as TensorFlow's
        from specc.weights.orbax_source import OrbaxSource

        return OrbaxSource(Path(path))
    checkpoint = find_checkpoint(Path(path))
    if checkpoint:
        from specc.weights.tensorflow.tensorflow_source import TensorFlowSource

        return TensorFlowSource(Path(path), checkpoint)
    if Path(path).is_dir():
        return _open_folder(Path(path))
    file = open_file(path)
    try:
        head = file.read(0, min(file.size, 512))
        return _open(Path(path), file, head)
    except BaseException:
        file.close()
        raise


def _open(path: Path, file: WeightFile, head: bytes) -> Source:
    """Opens a file that begins so; closes it where the format's reader opens it itself."""
    if head.startswith(HDF5):
        from specc.weights.hdf5_source import open_hdf5

        return open_hdf5(path, file)
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _open_zip(path, file)
    file.close()
    if _is_safetensors(head):
        from specc.weights.safetensors_source import SafetensorsSource

        return SafetensorsSource(path)
    if head.lstrip()[:1] == b"{":
        return _open_sharded(path)
    raise refused("S901", path, f"it is no weight file: it looks like {_looks_like(head)}")


def _open_zip(path: Path, file: WeightFile) -> Source:
    from specc.weights.zip_archive import ZipArchive

    archive = ZipArchive(file)
    names = archive.members
    if names and any(name.endswith(".npy") for name in names) and "config.json" not in names:
        from specc.weights.npz_source import NpzSource

        return NpzSource(path, file, archive)
    if any(name.endswith("/data.pkl") for name in names):
        raise refused("S901", path, "it is no weight file: it looks like a pickle of PyTorch")
    from specc.weights.keras.keras_archive_source import open_archive

    return open_archive(path, file, archive)


def _open_folder(path: Path) -> Source:
    from specc.weights.keras.keras_archive_source import is_keras_folder, open_folder

    if is_keras_folder(path):
        return open_folder(path)
    raise refused("S901", path, "it is a folder without weights that specc knows")


def _open_sharded(path: AnyPath) -> Source:
    from specc.weights.sharded_source import ShardedSource, read_index

    index = read_index(path)
    if "weight_map" not in index:
        raise refused("S901", path, "it is no weight file: it looks like JSON that is no index")
    return ShardedSource(path, index, open_source)


def _is_safetensors(head: bytes) -> bool:
    """Whether a JSON object begins after eight bytes, the last of which are zero in any length."""
    return head[8:9] == b"{" and head[5:8] == b"\0\0\0"


def _looks_like(head: bytes) -> str:
    signs = {
        b"\x80\x02": "a Python pickle",
        b"\x80\x03": "a Python pickle",
        b"\x80\x04": "a Python pickle",
        b"\x80\x05": "a Python pickle",
        b"\x93NUMPY": "one numpy array: save it with its name, in an npz",
        b"GGUF": "GGUF",
        b"\x08": "ONNX or another protocol buffer",
        b"\x1f\x8b": "a gzip archive",
        b"version https://git-lfs": "a pointer of Git LFS: fetch the file itself",
        b"<": "a web page, as of a download that failed",
    }
    if not head:
        return "an empty file"
    if not head.strip(b"\0"):
        return "zeros"
    start = head.lstrip()
    found = next((what for sign, what in signs.items() if head.startswith(sign)), "")
    if not found and (start.startswith(b"<") or not start):
        return signs[b"<"] if start else "an empty text"
    line = start.split(b"\n")[0][:60]
    is_text = line.isascii() and line.decode("ascii").isprintable()
    return found or (f"a text, `{line.decode('ascii').strip()}`" if is_text else "nothing known")

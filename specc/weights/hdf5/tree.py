"""All groups and datasets of a file, by their paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specc.errors import SpeccError
from specc.weights.files import WeightFile
from specc.weights.hdf5.attributes import Attributes, Value
from specc.weights.hdf5.block import DamagedError, ForeignError, UnreadError
from specc.weights.hdf5.dataset import Dataset, read_dataset
from specc.weights.hdf5.groups import is_group, read_links
from specc.weights.hdf5.header import read_messages, root_address
from specc.weights.limits import (
    MAX_DEPTH,
    MAX_KEY_CHARACTERS,
    MAX_OBJECTS,
    inflated_bytes,
)
from specc.weights.problems import refused

REPACK = "bring it to the form that Keras writes: `h5repack --low=0 --high=0 -f NONE old.h5 new.h5`"


@dataclass(frozen=True, slots=True)
class Group:
    """A group's attributes; what is in it follows from the paths."""

    attributes: dict[str, Value] = field(default_factory=dict, hash=False)


def read_tree(file: WeightFile) -> dict[str, Group | Dataset]:
    """Everything in a file, the root's path being empty; no values of datasets.

    Raises:
        SpeccError: S902 or S903 if the file is damaged, S904 if it leads elsewhere, S906 if it is
            beyond the limits, S910 if it uses parts of HDF5 that aren't read.
    """
    return _Walk(file).all()


class _Walk:
    def __init__(self, file: WeightFile) -> None:
        self._file = file
        self._attributes = Attributes(file)
        self._seen: set[int] = set()
        self._found: dict[str, Group | Dataset] = {}

    def all(self) -> dict[str, Group | Dataset]:
        path = ""
        try:
            waiting = [(path, root_address(self._file))]
            while waiting:
                path, address = waiting.pop()
                links = self._object(path, address)
                waiting += [(f"{path}/{name}".lstrip("/"), links[name]) for name in reversed(links)]
            check_apart(self._found)
        except (DamagedError, ForeignError, UnreadError) as error:
            raise as_refusal(error, self._file, path) from None
        return self._found

    def _object(self, path: str, address: int) -> dict[str, int]:
        """Adds the object; gives what is in it, if it is a group."""
        self._check(path, address)
        messages = read_messages(self._file, address)
        attributes = self._attributes.read(messages)
        if is_group(messages):
            self._found[path] = Group(attributes)
            return read_links(self._file, messages)
        dataset = self._found[path] = read_dataset(messages, attributes)
        if dataset.is_contiguous and dataset.address < 2**64 - 1:
            if dataset.address + dataset.nbytes > self._file.size:
                raise DamagedError("its values lie past the end of the file")
        elif dataset.nbytes > inflated_bytes(self._file.size):
            what = f"its shape takes {dataset.nbytes:,} bytes, of a file of {self._file.size:,}"
            raise refused("S906", self._file.path, what, key=path)
        return {}

    def _check(self, path: str, address: int) -> None:
        if address in self._seen:
            raise DamagedError("another name leads to the same object")
        self._seen.add(address)
        if len(self._seen) > MAX_OBJECTS:
            raise refused("S906", self._file.path, f"it has more than {MAX_OBJECTS:,} objects")
        if path.count("/") > MAX_DEPTH or len(path) > MAX_KEY_CHARACTERS:
            raise refused("S906", self._file.path, "its groups are nested too deeply", key=path)


def check_apart(found: Mapping[str, Group | Dataset]) -> None:
    """Whether no two datasets have bytes in common.

    Raises:
        DamagedError: if they have.
    """
    places = sorted(
        (item.address, item.address + item.nbytes, path)
        for path, item in found.items()
        if isinstance(item, Dataset) and item.is_contiguous and item.address < 2**64 - 1
    )
    end, before = 0, ""
    for start, stop, path in places:
        if start < end:
            raise DamagedError(f"the values of `{before[:100]}` and `{path[:100]}` overlap")
        end, before = stop, path


def as_refusal(error: Exception, file: WeightFile, path: str) -> SpeccError:
    """The diagnostic for what a part of the reader raised."""
    if isinstance(error, ForeignError):
        return refused("S904", file.path, str(error), key=path)
    if isinstance(error, UnreadError):
        what = f"it uses {error}, which specc does not read"
        return refused("S910", file.path, what, key=path, help=REPACK)
    return refused("S903", file.path, str(error), key=path)

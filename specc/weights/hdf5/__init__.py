"""The part of HDF5 that Keras writes, read without its library.

A file may come from anyone, and the library follows paths that it names, loads plug-ins, and has
crashed on damaged files. What is left when that is taken away is small: groups, attributes, and
arrays that lie in the file as they are or in compressed chunks. It also opens faster.

After the HDF5 File Format Specification, version 3.0.
"""

from specc.weights.hdf5.dataset import Dataset
from specc.weights.hdf5.tree import Group, read_tree

__all__ = ["Dataset", "Group", "read_tree"]

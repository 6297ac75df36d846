"""What hostile weight files and faults may do, and which tests show that they don't.

A row names what is tried; a test stands there by its file, its name and, in brackets, its case.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
HDF5, NPZ = "weights/test_hostile_hdf5.py", "weights/test_hostile_npz.py"
SAFETENSORS, TENSORFLOW = (
    "weights/test_hostile_safetensors.py",
    "weights/test_hostile_tensorflow.py",
)
COMMANDS, PLAIN = "cli/test_hostile_weights.py", "weights/test_hdf5.py"
FAULTS, OTHERS = "weights/test_faults.py", "weights/test_other_programs.py"
CRASHES, ATOMIC = "weights/test_crashes.py", "source/test_atomic.py"

WEIGHTS = {
    "HDF5: external link": [f"{HDF5}::test_it_is_refused[external link]"],
    "HDF5: external storage": [
        f"{HDF5}::test_it_is_refused[external storage]",
        f"{HDF5}::test_the_same_in_a_keras_archive[external storage]",
    ],
    "HDF5: virtual dataset": [f"{HDF5}::test_it_is_refused[virtual dataset]"],
    "HDF5: unknown filter": [f"{HDF5}::test_it_is_refused[another filter]"],
    "HDF5: vlen": [f"{PLAIN}::test_what_is_no_tensor_is_listed_and_refused[vlen string]"],
    "HDF5: object reference": [f"{PLAIN}::test_what_is_no_tensor_is_listed_and_refused[reference]"],
    "HDF5: compound": [
        f"{PLAIN}::test_what_is_no_tensor_is_listed_and_refused[compound of compounds]"
    ],
    "HDF5: empty": [f"{PLAIN}::test_what_is_no_tensor_is_listed_and_refused[null]"],
    "HDF5: a small file that declares 1 TiB": [
        f"{HDF5}::test_it_is_refused[1 TiB never written]",
        f"{HDF5}::test_it_is_refused[1 TiB of chunks]",
    ],
    "HDF5: cycles of hard links": [f"{HDF5}::test_it_is_refused[cycle of hard links]"],
    "safetensors: length 2^63": [f"{SAFETENSORS}::test_a_header_of_wrong_length"],
    "safetensors: a header over 100 MB": [f"{SAFETENSORS}::test_a_header_of_2_gb"],
    "safetensors: past the end": [f"{SAFETENSORS}::test_it_is_refused[past the end]"],
    "safetensors: under 8 bytes": [f"{SAFETENSORS}::test_a_file_cut_anywhere"],
    "safetensors: overlap": [f"{SAFETENSORS}::test_it_is_refused[overlap]"],
    "safetensors: hole": [f"{SAFETENSORS}::test_it_is_refused[hole at the begin]"],
    "safetensors: trailing bytes": [f"{SAFETENSORS}::test_it_is_refused[bytes behind the last]"],
    "safetensors: negative offset": [f"{SAFETENSORS}::test_it_is_refused[negative offset]"],
    "safetensors: overflow": [f"{SAFETENSORS}::test_it_is_refused[shape that overflows]"],
    "bfloat16 and float8 exact, or a named dtype error": [
        "weights/test_safetensors.py::test_every_kind_comes_through",
        "weights/test_npz.py::test_every_kind_comes_through",
        "weights/test_npz.py::test_what_numpy_writes_of_bfloat16_is_named",
        "weights/test_keras3.py::test_weights_h5",
        "weights/test_tensorflow_bundles.py::test_every_dtype_is_read_as_it_was_written",
        f"{SAFETENSORS}::test_it_is_refused[parts of bytes]",
    ],
    "TensorFlow: a missing shard": [
        "weights/test_tensorflow_bundles.py::test_several_data_files",
        "weights/test_tensorflow_savers.py::test_a_shard_that_is_missing",
    ],
    "TensorFlow: truncated": [f"{TENSORFLOW}::test_data_that_was_cut"],
    "TensorFlow: bit-flipped": [
        f"{TENSORFLOW}::test_damaged_indexes",
        "weights/test_tensorflow_bundles.py::test_checksums_are_compared_on_request",
        "cli/test_weights.py::test_verify_of_a_checkpoint_by_its_checksums",
    ],
    "TensorFlow: an index of zeros": [f"{TENSORFLOW}::test_damaged_indexes"],
    "TensorFlow: what ends TensorFlow's own process": [
        f"{TENSORFLOW}::test_entries[a size of -1]",
        f"{TENSORFLOW}::test_entries[an overflowing shape]",
        f"{TENSORFLOW}::test_entries[rank 300]",
        f"{TENSORFLOW}::test_entries[dtype 0]",
        f"{TENSORFLOW}::test_entries[dtype 99]",
        f"{TENSORFLOW}::test_entries[2^30 strings]",
    ],
    "npz: objects and pickles": [f"{NPZ}::test_it_is_refused[pickle]"],
    "npz: header bombs": [
        f"{NPZ}::test_it_is_refused[a header of 4 GB]",
        f"{NPZ}::test_it_is_refused[an expression]",
        f"{NPZ}::test_it_is_refused[rank 1,000]",
    ],
    "npz: a member larger than it declares": [f"{NPZ}::test_it_is_refused[more than it says]"],
    "NaN and Inf reported": [
        "cli/test_weights.py::test_verify_reports_values_that_are_not_finite",
        "cli/test_weights.py::test_verify_reports_values_of_files_of_others",
    ],
    "big-endian exact": [
        f"{PLAIN}::test_every_plain_array_is_read",
        "weights/test_tensorflow_bundles.py::test_big_endian_bundles",
        "weights/test_safetensors.py::test_every_kind_comes_through",
    ],
    "Fortran order exact": [
        "weights/test_npz.py::test_what_numpy_writes_is_read",
        "weights/test_safetensors.py::test_every_kind_comes_through",
    ],
    "at the command line": [f"{COMMANDS}::test_it_is_refused"],
}

ROWS_OF_FAULTS = {
    "SIGKILL before and after every write, fsync and rename": [
        f"{CRASHES}::test_a_save_that_ends_at_any_call",
        f"{FAULTS}::test_a_kill_at_any_time",
    ],
    "no space": [f"{OTHERS}::test_no_space_left"],
    "file-size limit": [f"{FAULTS}::test_a_full_disk"],
    "EIO from fsync and close": [
        f"{CRASHES}::test_a_save_that_ends_at_any_call",
        f"{ATOMIC}::test_a_step_that_fails",
        "weights/test_flushing.py::test_a_flush_that_fails_is_a_save_that_fails",
    ],
    "input truncated in mid-read": [
        f"{SAFETENSORS}::test_a_file_cut_after_it_was_opened",
        f"{TENSORFLOW}::test_data_that_was_cut",
        "weights/test_ahead.py::test_what_reading_raises_is_raised_when_it_is_asked_for",
    ],
    "eight writers at once": [f"{OTHERS}::test_eight_writers_and_a_reader"],
    "a reader through 1,000 rewrites": [f"{OTHERS}::test_a_reader_through_a_thousand_rewrites"],
    "input swapped between check and load": [
        f"{OTHERS}::test_a_file_swapped_between_the_check_and_the_reading",
        f"{OTHERS}::test_a_file_written_over_in_place_is_found_by_its_digests",
    ],
    "SIGINT and SIGTERM": [
        "cli/test_process.py::test_signals_while_a_file_is_written",
        f"{CRASHES}::test_a_save_that_ends_at_any_call",
    ],
    "read-only directory": [f"{OTHERS}::test_a_folder_that_is_read_only"],
    "another file system": [f"{OTHERS}::test_a_link_to_another_file_system"],
    "output a symlink": [f"{ATOMIC}::test_a_link_stays_and_its_target_is_replaced"],
    "output a directory": [f"{ATOMIC}::test_targets_that_are_no_files"],
    "a stale temp": [f"{OTHERS}::test_what_is_not_ours_is_left_alone"],
    "files that are not ours": [
        f"{OTHERS}::test_what_is_not_ours_is_left_alone",
        f"{OTHERS}::test_a_temporary_file_with_our_name_is_not_followed",
    ],
    "a memory limit, swept": [f"{OTHERS}::test_ever_less_memory"],
    "a mapped source": [
        "keras_backend/test_mapped.py::test_it_trains_and_saves_over_its_source",
        "keras_backend/test_mapped.py::test_values_of_any_alignment_are_used_without_harm",
        f"{FAULTS}::test_saving_over_the_file_that_is_mapped",
    ],
}


@cache
def contents_of(path: str) -> tuple[frozenset[str], frozenset[str]]:
    """The functions of a file, and all texts in it."""
    tree = ast.parse((TESTS / path).read_text("utf-8"))
    functions = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(functions), frozenset(text for text in texts if isinstance(text, str))


@pytest.mark.parametrize("rows", [WEIGHTS, ROWS_OF_FAULTS], ids=["weights", "faults"])
def test_each_row_has_tests(rows: dict[str, list[str]]) -> None:
    missing = []
    for name in (name for names in rows.values() for name in names):
        path, _, test = name.partition("::")
        function, _, case = test.removesuffix("]").partition("[")
        functions, texts = contents_of(path)
        if function not in functions or (case and case not in texts):
            missing.append(name)
    assert missing == []
    assert all(rows.values())

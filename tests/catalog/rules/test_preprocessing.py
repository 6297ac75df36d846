"""Layers before a model, beside Keras's own."""

import pytest
from hypothesis import strategies as st

from specc.catalog.rules import TensorSpec
from tests.catalog.rules.cases import EXAMPLES, Case

I = (None, 8, 9, 3)  # noqa: E741 - images
SIZE = {"height": 4, "width": 5}
FIRST = {"data_format": "channels_first"}


def texts(*shape):
    return TensorSpec(shape, "string")


def ints(*shape):
    return TensorSpec(shape, "int64")


def bytes_of(*shape):
    return TensorSpec(shape, "uint8")


CASES = {
    "scaled": Case("Rescaling", I, {"scale": 0.5}),
    "scaled bytes, half": Case("Rescaling", bytes_of(*I), {"scale": 0.5}, dtype="mixed_float16"),
    "scaled, several": Case("Rescaling", [I, I], {"scale": 0.5}),
    "normal": Case("Normalization", I),
    "normal, mixed": Case("Normalization", bytes_of(*I), dtype="mixed_bfloat16"),
    "normal, all": Case("Normalization", I, {"axis": None}),
    "normal, several axes": Case("Normalization", I, {"axis": [-1, 1]}),
    "normal, no such axis": Case("Normalization", I, {"axis": 4}),
    "normal, unknown size": Case("Normalization", (None, None)),
    "normal, a scalar": Case("Normalization", ()),
    "normal, two tensors": Case("Normalization", [I, I]),
    "normal, given": Case("Normalization", I, {"mean": 1.0, "variance": 2.0}),
    "normal, given each": Case("Normalization", I, {"mean": [1, 2, 3], "variance": [1, 1, 2]}),
    "normal, given too few": Case("Normalization", I, {"mean": [1, 2], "variance": [1, 1]}),
    "normal, given as one": Case("Normalization", I, {"mean": [1.0], "variance": [1.0]}),
    "normal, given for two axes": Case(
        "Normalization",
        (None, 2, 3),
        {"axis": [1, 2], "mean": [[1, 2, 3], [1, 2, 3]], "variance": [[1, 2, 3], [1, 2, 3]]},
    ),
    "resized": Case("Resizing", I, SIZE),
    "resized one": Case("Resizing", (8, 9, 3), SIZE | FIRST),
    "resized, channels first": Case("Resizing", I, SIZE | FIRST),
    "resized bytes, half": Case("Resizing", bytes_of(*I), SIZE, dtype="float16"),
    "cropped": Case("CenterCrop", (2, None, None, 3), SIZE),
    "cropped, rank 2": Case("CenterCrop", (8, 9), SIZE),
    "cropped, rank 5": Case("CenterCrop", (None, 2, 8, 9, 3), SIZE),
    "mel": Case("MelSpectrogram", (None, 16000)),
    "mel, one": Case("MelSpectrogram", (16000,), {"num_mel_bins": 7, "sequence_stride": 100}),
    "mel, unknown length": Case("MelSpectrogram", (2, None), dtype="float16"),
    "mel, a scalar": Case("MelSpectrogram", ()),
    "stft": Case("STFTSpectrogram", (None, 1600, 1)),
    "stft, both": Case(
        "STFTSpectrogram",
        (None, 1600, 3),
        {"mode": "stft", "expand_dims": True},
        dtype="mixed_float16",
    ),
    "stft, real, first": Case(
        "STFTSpectrogram", (None, 3, 1600), {"mode": "real", "padding": "same"} | FIRST
    ),
    "stft, expanded, first": Case(
        "STFTSpectrogram",
        (None, 3, None),
        {"frame_length": 100, "frame_step": 10, "expand_dims": True} | FIRST,
    ),
    "stft, imaginary": Case(
        "STFTSpectrogram", (2, 900, 2), {"mode": "imag", "frame_length": 100, "fft_length": 256}
    ),
    "stft, too short": Case("STFTSpectrogram", (None, 100, 1)),
    "stft, rank 2": Case("STFTSpectrogram", (None, 1000)),
    "stft, unknown channels": Case("STFTSpectrogram", (None, 1000, None)),
    "pipeline": Case(
        "Pipeline",
        bytes_of(*I),
        {"layers": [{"Rescaling": {"scale": 0.1}}, {"Resizing": SIZE}, {"RandomFlip": {}}]},
    ),
    "pipeline, mixed": Case(
        "Pipeline",
        I,
        {"layers": [{"Rescaling": {"scale": 1}, "dtype": "float32"}, {"Dense": {"units": 4}}]},
        dtype="mixed_float16",
    ),
    "pipeline that doesn't fit": Case("Pipeline", (None, 4), {"layers": [{"RandomFlip": {}}]}),
    "empty pipeline": Case("Pipeline", I, {"layers": []}),
    "bins": Case("Discretization", I, {"num_bins": 4}, dtype="float16"),
    "bins given": Case("Discretization", (), {"bin_boundaries": [1, 2]}),
    "hashes": Case("Hashing", texts(*I), {"num_bins": 4}),
    "hashes, mixed": Case("Hashing", ints(None), {"num_bins": 4}, dtype="mixed_float16"),
    "hashes, encoded, mixed": Case(
        "Hashing",
        ints(None, 3),
        {"num_bins": 4, "output_mode": "multi_hot"},
        dtype="mixed_float16",
    ),
    "crossed": Case("HashedCrossing", [texts(None, 1), ints(None, 1)], {"num_bins": 4}),
    "crossed, one hot": Case(
        "HashedCrossing", [ints(None), ints(None)], {"num_bins": 4, "output_mode": "one_hot"}
    ),
    "crossed, one hot, column": Case(
        "HashedCrossing", [ints(2, 1), ints(2, 1)], {"num_bins": 4, "output_mode": "one_hot"}
    ),
    "crossed, three": Case("HashedCrossing", [ints(None)] * 3, {"num_bins": 4}),
    "crossed, one": Case("HashedCrossing", ints(None, 2), {"num_bins": 4}),
    "crossed, scalars": Case("HashedCrossing", [ints(), ints()], {"num_bins": 4}),
    "crossed, two sizes": Case("HashedCrossing", [ints(2, 2), ints(2, 3)], {"num_bins": 4}),
    "integers": Case("IntegerLookup", ints(*I), {"vocabulary": [1, 2]}),
    "integers, unknowns": Case(
        "IntegerLookup",
        ints(None, 3),
        {"vocabulary": [1, 2], "num_oov_indices": 2, "mask_token": 0, "output_mode": "count"},
    ),
    "integers, unknown among them": Case(
        "IntegerLookup", ints(None), {"vocabulary": [-1, 1, 2], "output_mode": "one_hot"}
    ),
    "integers, to be adapted": Case(
        "IntegerLookup", ints(None), {"max_tokens": 9, "output_mode": "one_hot"}
    ),
    "integers, padded": Case(
        "IntegerLookup",
        ints(None, 1),
        {"max_tokens": 9, "output_mode": "one_hot", "pad_to_max_tokens": True},
    ),
    "words": Case("StringLookup", texts(None, 4), {"vocabulary": ["a"]}, dtype="float16"),
    "words back": Case("StringLookup", ints(None), {"vocabulary": ["a"], "invert": True}),
    "words, encoded": Case(
        "StringLookup",
        texts(None, 4),
        {"vocabulary": ["a", "b"], "output_mode": "tf_idf", "idf_weights": [0.1, 0.2]},
    ),
    "words, no unknown": Case(
        "StringLookup",
        texts(None),
        {"vocabulary": ["a", "b"], "output_mode": "multi_hot", "num_oov_indices": 0},
    ),
    "texts": Case("TextVectorization", texts(None), {"vocabulary": ["a", "b"]}),
    "texts of a length": Case("TextVectorization", texts(3), {"output_sequence_length": 7}),
    "texts, a scalar": Case("TextVectorization", texts()),
    "texts, encoded": Case(
        "TextVectorization", texts(None, 5), {"vocabulary": ["a"], "output_mode": "count"}
    ),
    "texts, not split": Case(
        "TextVectorization",
        texts(None),
        {"vocabulary": ["a"], "output_mode": "multi_hot", "split": None},
    ),
    "texts, padded": Case(
        "TextVectorization",
        texts(None),
        {"max_tokens": 7, "output_mode": "multi_hot", "pad_to_max_tokens": True},
    ),
}
NEVER_RUN = {
    "resized, rank 2": Case("Resizing", (8, 9), SIZE),
    "resized, rank 5": Case("Resizing", (2, 2, 8, 9, 3), SIZE),
}
PARTLY_KNOWN = {
    "resized, with labels": Case("Resizing", {"images": I, "labels": (None,)}, SIZE),
    "resized, in a dict": Case("Resizing", {"images": I}, SIZE),
    "mel, rank 3": Case("MelSpectrogram", (2, 3, 16000)),
    "crossed, unknown size": Case("HashedCrossing", [ints(2, 2), ints(2, None)], {"num_bins": 4}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_agrees(harness, case):
    harness.agree(case)


@pytest.mark.parametrize("case", NEVER_RUN.values(), ids=NEVER_RUN)
def test_refuses_what_never_runs(harness, case):
    harness.never_runs(case)


@pytest.mark.parametrize("case", PARTLY_KNOWN.values(), ids=PARTLY_KNOWN)
def test_agrees_as_far_as_known(harness, case):
    harness.agree(case, known=False)


SIZES = st.lists(st.sampled_from((None, 1, 2, 3)), max_size=4)
MODES = st.sampled_from(("one_hot", "multi_hot", "count", "int"))
COUNTING = {
    "Discretization": {"bin_boundaries": [1, 2, 3]},
    "CategoryEncoding": {"num_tokens": 4},
    "Hashing": {"num_bins": 4},
    "IntegerLookup": {"vocabulary": [1, 2]},
}


AXES = st.none() | st.lists(st.integers(-3, 3), max_size=2, unique=True)


def kept_once(case):
    """Whether no axis is named twice, from the front and from the back."""
    axes, rank = case.arguments["axis"], max(len(case.inputs), 1)
    return axes is None or len({axis % rank for axis in axes}) == len(axes)


CALLS = {
    "categories": st.builds(
        lambda name, shape, mode: Case(name, ints(*shape), COUNTING[name] | {"output_mode": mode}),
        st.sampled_from(sorted(COUNTING)),
        SIZES,
        MODES,
    ),
    "axes": st.builds(
        lambda shape, axes: Case("Normalization", tuple(shape), {"axis": axes}), SIZES, AXES
    ).filter(kept_once),
    "spectra": st.builds(
        lambda shape, arguments: Case("STFTSpectrogram", shape, arguments),
        st.tuples(*[st.sampled_from((None, 2, 3, 9, 20, 40))] * 3),
        st.fixed_dictionaries(
            {
                "frame_length": st.sampled_from((4, 6, 16)),
                "fft_length": st.sampled_from((None, 16, 32)),
                "mode": st.sampled_from(("log", "real", "imag", "stft")),
                "padding": st.sampled_from(("valid", "same")),
                "data_format": st.sampled_from(("channels_first", "channels_last")),
                "expand_dims": st.booleans(),
            }
        ),
    ),
}


@EXAMPLES
@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
def test_drawn_calls_agree(harness, calls, examples):
    harness.all_agree(calls, examples)

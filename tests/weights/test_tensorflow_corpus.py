"""Real checkpoints and SavedModels, where `SPECC_CORPUS` says: read as TensorFlow reads them."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from specc import SpeccError
from specc.weights.tensorflow.tensorflow_source import open_tensorflow
from tests.weights.arrays import same

CORPUS = Path(os.environ.get("SPECC_CORPUS") or "no such folder")
TESTDATA = "savedmodel/tensorflow__serving/tensorflow_serving/servables/tensorflow/testdata"
OLD = "tf1ckpt/tensorflow__serving/tensorflow_serving/session_bundle/testdata/half_plus_two"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="SPECC_CORPUS names no folder of real files"
)

# By path: what TensorFlow's own reader is given, and the format.
FILES = {
    f"{TESTDATA}/saved_model_half_plus_two_cpu/00000123": ("variables/variables", "saved-model"),
    f"{TESTDATA}/saved_model_half_plus_two_tf2_cpu/00000123": (
        "variables/variables",
        "saved-model",
    ),
    f"{TESTDATA}/saved_model_half_plus_three/00000123": ("variables/variables", "saved-model"),
    f"{TESTDATA}/tf_text_regression/01": ("variables/variables", "tf2-checkpoint"),
    f"{TESTDATA}/bad_half_plus_two/00000123": ("export", "tf1-checkpoint"),
    f"{OLD}/00000123/export": ("../export-?????-of-00001", "tf1-checkpoint"),
}


@pytest.mark.parametrize(("path", "prefix", "format_"), [(k, *v) for k, v in FILES.items()])
def test_real_files(tf: ModuleType, path: str, prefix: str, format_: str) -> None:
    reader = tf.train.load_checkpoint(os.path.normpath(CORPUS / path / prefix))
    with open_tensorflow(CORPUS / path, verify=True) as source:
        assert source.format == format_
        assert set(source.tensors()) == set(reader.get_variable_to_shape_map())
        for key in source.tensors():
            wanted = reader.get_tensor(key)
            text = isinstance(wanted, bytes)
            assert same(source.read(key), np.array(wanted, object if text else None)), key


def test_every_index_can_be_read_or_is_refused() -> None:
    """Whatever is added to the folder: opened, or told why not."""
    found = [path for end in ("*.index", "saved_model.pb") for path in CORPUS.rglob(end)]
    assert found
    for path in found:
        try:
            with open_tensorflow(path) as source:
                for key in source.tensors():
                    source.read(key)
        except SpeccError as error:
            assert error.diagnostics[0].code in ("S905", "S951"), error

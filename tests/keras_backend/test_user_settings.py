"""What a user set for their machine does not change a model."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.keras_backend.deferred_models import MODELS
from tests.keras_backend.specs import compile_body, values

NAMES = ("images", "attention", "expressions", "conv_lstm", "buckets", "lookup")
PROCESS = """
import hashlib, keras
from tests.keras_backend.test_user_settings import NAMES, facts
from tests.keras_backend.deferred_models import MODELS
import json
assert keras.config.floatx() == "float16" and keras.config.image_data_format() == "channels_first"
print(json.dumps([facts(name) for name in NAMES]))
"""


def facts(name):
    """A model's config, and a digest of its values."""
    import hashlib

    inputs, body, *head = MODELS[name]
    model = compile_body(body, inputs, *head)
    parts = b"".join(value.tobytes() for value in values(model.variables))
    return [json.loads(model.to_json()), hashlib.sha256(parts).hexdigest()]


def test_a_keras_json_of_another_float_type_and_image_format(keras, tmp_path):
    settings = {"floatx": "float16", "image_data_format": "channels_first", "epsilon": 1e-7}
    (tmp_path / "keras.json").write_text(json.dumps({**settings, "backend": "tensorflow"}))
    done = subprocess.run(
        [sys.executable, "-c", PROCESS],
        env={**os.environ, "KERAS_HOME": str(tmp_path), "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    for name, found in zip(NAMES, json.loads(done.stdout), strict=True):
        assert found == facts(name), name


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "float64"])
def test_a_policy_of_the_process(keras, policy):
    expected = facts("images")
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        assert facts("images") == expected
    finally:
        keras.config.set_dtype_policy(before)

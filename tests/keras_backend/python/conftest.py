"""A user's package, importable while a test runs, and specs that use it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import specc
from specc.errors import SpeccError

LAYERS = '''\
from typing import Literal

import keras
from keras.layers import Lambda
from os import system


class Fancy(keras.layers.Layer):
    """Dense without a bias, scaled."""

    def __init__(
        self,
        units: int,
        scale: float = 1.0,
        mode: Literal["add", "none"] = "none",
        activation=None,
        kernel_initializer="glorot_uniform",
        inner: keras.layers.Layer | None = None,
        options=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if units < 0:
            raise ValueError("units must not be negative")
        if inner is not None and not isinstance(inner, keras.layers.Layer):
            raise TypeError("inner is no layer")
        self.units, self.scale, self.mode, self.inner, self.options = (
            units, scale, mode, inner, options
        )
        self.activation = keras.activations.get(activation)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, shape):
        if shape[-1] == 13:
            raise RuntimeError("thirteen is unlucky")
        self.kernel = self.add_weight(
            name="kernel", shape=(shape[-1], self.units), initializer=self.kernel_initializer
        )
        if self.inner is not None and not self.inner.built:
            self.inner.build((*shape[:-1], self.units))

    def call(self, x, factor=1.0):
        y = self.activation(keras.ops.matmul(x, self.kernel) * self.scale * factor)
        return y if self.inner is None else self.inner(y)

    def compute_output_shape(self, shape):
        shape = (*shape[:-1], self.units)
        return shape if self.inner is None else self.inner.compute_output_shape(shape)

    def get_config(self):
        own = {
            "units": self.units,
            "scale": self.scale,
            "mode": self.mode,
            "activation": keras.activations.serialize(self.activation),
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "inner": keras.saving.serialize_keras_object(self.inner),
            "options": self.options,
        }
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        config["inner"] = keras.saving.deserialize_keras_object(config["inner"])
        return cls(**config)


class Plain(keras.layers.Layer):
    """A layer whose constructor takes nothing, not even a name."""

    def __init__(self):
        super().__init__()

    def call(self, x):
        return x * 2


class Unsaved(keras.layers.Layer):
    def call(self, x):
        return x

    def get_config(self):
        raise NotImplementedError("no config here")


class Wide(keras.layers.Dense):
    """Twice as many units; the rest is Dense's."""

    def __init__(self, half: int, **kwargs):
        super().__init__(units=2 * half, **kwargs)
        self.half = half

    def get_config(self):
        config = {**super().get_config(), "half": self.half}
        del config["units"]
        return config


class Cell(keras.layers.Layer):
    """The smallest recurrent cell."""

    def __init__(self, units: int, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(shape[-1], self.units))

    def call(self, x, states):
        h = keras.ops.tanh(keras.ops.matmul(x, self.w) + states[0])
        return h, [h]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Filled(keras.initializers.Initializer):
    def __init__(self, value: float = 0.5):
        self.value = value

    def __call__(self, shape, dtype=None):
        return keras.ops.full(shape, self.value, dtype=dtype)

    def get_config(self):
        return {"value": self.value}


class Distance(keras.losses.Loss):
    def __init__(self, power: int = 2, name="distance"):
        super().__init__(name=name)
        self.power = power

    def call(self, y_true, y_pred):
        return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** self.power, axis=-1)

    def get_config(self):
        return {"power": self.power, "name": self.name}


class Flat(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rate: float):
        self.rate = rate

    def __call__(self, step):
        return self.rate

    def get_config(self):
        return {"rate": self.rate}


@keras.saving.register_keras_serializable(package="my_pkg")
def gelu2(x, factor=2.0):
    return keras.ops.gelu(factor * x)


@keras.saving.register_keras_serializable(package="my_pkg")
def relu(x):
    """Not the relu that everybody knows."""
    return keras.ops.relu(x) + 1


def unregistered(x):
    return x
'''
MARKER = """\
from pathlib import Path
Path({path!r}).write_text("imported")
"""


class Package:
    """A user's package, and what tests do with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.imported = folder / "imported"
        """A file that appears when the package is imported."""

    def write(self, module: str, text: str) -> None:
        """Adds a module."""
        path = self.folder / "site" / Path(*module.split("."))
        path = path.with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def model(self, *steps: str, imports: str = "", more: str = "") -> str:
        """The text of a model of these steps."""
        lines = "".join(f"  - {step}\n" for step in steps)
        known = [*ALL, *([imports] if imports else [])]
        return (
            f"specc: 1\nmodel: m\nimports: {{{', '.join(known)}}}\n"
            f"inputs: {{x: {{shape: [4]}}}}\nbody:\n{lines}{more}"
        )

    def load(self, *steps: str, **rest: str) -> specc.Spec:
        """The spec of such a model, under trust."""
        return specc.loads(self.model(*steps, **rest), trust=["my_pkg"])

    def compile(self, *steps: str, **rest: str):
        """The model of these steps."""
        return specc.compile(self.load(*steps, **rest), seed=1)

    def problems(self, act: Callable[[], object]) -> list[str]:
        """What is wrong: the place, the code and the message."""
        with pytest.raises(SpeccError) as caught:
            act()
        return [
            f"{found.span.text if found.span else ''} | {found.code} | {found.message}"
            for found in caught.value.diagnostics
        ]


NAMES = ("Fancy", "Unsaved", "Plain", "Wide", "Cell", "Filled", "Distance", "Flat", "gelu2", "relu")
ALL = tuple(f'{name}: "python:my_pkg.layers:{name}"' for name in NAMES)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    made = Package(tmp_path)
    made.write("my_pkg.__init__", MARKER.format(path=str(made.imported)))
    made.write("my_pkg.layers", LAYERS)
    monkeypatch.syspath_prepend(tmp_path / "site")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    before = set(sys.modules)
    yield made
    for name in set(sys.modules) - before:
        if name.startswith("my_pkg") or name == "specc_tests_evil":
            del sys.modules[name]

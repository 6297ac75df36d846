"""The layer that an expression becomes where it reads what Keras operations can't.

It reads weights of other layers by *reference*: one of its inputs is an output of that layer, and
through Keras's graph the tensor knows the layer. So the weight exists once, trains, and is saved
with its own layer; and a model made from the config refers to its own layers again.
"""

from __future__ import annotations

from typing import Any

import keras

from specc.keras_backend.private import history_of, mask_of
from specc.keras_backend.program import Program, compile_program
from specc.keras_backend.python.making import trusted_function

PACKAGE = "specc"


@keras.saving.register_keras_serializable(package=PACKAGE, name="Expression")
class Expression(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Computes tensor expressions over its inputs.

    Args:
        inputs: The names of the first tensors of the input list.
        program: Pairs of a name and an expression's text; each may use the names before it.
        references: For each layer whose weights are read, the place in the input list of a tensor
            that this layer made.
        functions: The names by which expressions call users' own functions, and what those are:
            `python:my_pkg.ops:gelu2`. Only functions that the caller trusts are found.
    """

    def __init__(
        self,
        inputs: list[str],
        program: list[list[str]],
        references: dict[str, int] | None = None,
        functions: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        own = {name: trusted_function(found) for name, found in (functions or {}).items()}
        self._compiled: Program = compile_program(inputs, program, references or {}, own)
        self.input_names = list(inputs)
        self.program = [list(step) for step in program]
        self.references = dict(references or {})
        self.functions = dict(functions or {})
        self.supports_masking = True
        self._targets = _Targets({})
        if self._compiled.is_random:
            self.seed_generator = keras.random.SeedGenerator()

    def __call__(self, inputs: Any, **kwargs: Any) -> Any:
        """Finds the layers and masks that the inputs lead to, then calls as Keras does.

        The masks become inputs in Keras's graph, which finds its own when a model is reloaded.
        """
        tensors = inputs if isinstance(inputs, list | tuple) else [inputs]
        if self._compiled.reads_masks and kwargs.get("masks") is None:
            kwargs["masks"] = [mask_of(tensor) for tensor in tensors]
        if any(isinstance(tensor, keras.KerasTensor) for tensor in tensors):
            found = {name: history_of(tensors[place]) for name, place in self.references.items()}
            self._targets = _Targets(found)
        return super().__call__(inputs, **kwargs)

    def build(self, input_shape: Any) -> None:
        """There is nothing of its own to build."""
        self.built = True

    def call(self, inputs: Any, training: bool | None = None, masks: Any = None) -> Any:
        """The values of the program's steps; of a single step, its value alone."""
        tensors = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        layers = self._targets.layers
        results = self._compiled.run(tensors, layers, bool(training), self._generator(), masks)
        return results[0] if len(results) == 1 else tuple(results)

    def _generator(self) -> Any:
        return getattr(self, "seed_generator", None)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> None:
        """Expressions drop masks, as Keras operations do."""

    def get_config(self) -> dict[str, Any]:
        """The program as text; a layer made of it computes the same."""
        own: dict[str, Any] = {
            "inputs": self.input_names,
            "program": self.program,
            "references": self.references,
        }
        if self.functions:
            own["functions"] = self.functions
        return {**super().get_config(), **own}


class _Targets:
    """The layers that are referred to.

    Keras tracks what lists and dicts hold, but doesn't look in here: these layers belong to the
    model, not to the expression.
    """

    def __init__(self, layers: dict[str, Any]) -> None:
        self.layers = layers

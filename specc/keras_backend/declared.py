"""Layers and subclassed models that a spec declares, as Keras's own classes.

Each text makes one class of the spec's own name, which `summary()` and errors show. To Keras all of
them are registered under one name, `specc>SpecLayer`, whose `from_config` finds or makes the class
of the text that a config holds; so a file loads in any process that has imported this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.declared_config import check_own, check_tuning
from specc.keras_backend.declared_specs import spec_of, specs_of_shapes, symbols
from specc.keras_backend.declared_state import DeclaredState
from specc.keras_backend.declared_tuning import tune_parts
from specc.keras_backend.private import (
    drop_mask,
    kept_whole,
    mask_of,
    not_converted,
    read_anew,
    registered_again,
    run_symbolically,
)
from specc.keras_backend.python import TrustedBefore
from specc.keras_backend.signatures import (
    as_call,
    build_function,
    call_function,
    method_function,
    shape_names,
)
from specc.keras_backend.tuned import PartTuning
from specc.passes.expand import LayerText, layer_text

PACKAGE = "specc"
OWN = ("layer", "spec", "params")
TUNING = ("frozen", "adapters")
"""What a config holds beside what Keras writes; the second only where there is some."""


class Declared:
    """What declared layers and models have in common; mixed into Keras's classes."""

    _specc_text: LayerText
    _specc_config: Mapping[str, Any]

    def _specc_open(self, params: Mapping[str, Any], tuning: PartTuning) -> None:
        """Binds the parameters, and keeps what is frozen and adapted.

        Raises:
            SpeccError: the class doesn't take them.
        """
        policy: Any = self.dtype_policy  # type: ignore[attr-defined]  # Keras's
        self._specc = DeclaredState(self, self._specc_text.with_params(params, policy.name))
        self._specc.tuning = tuning
        self.supports_masking = True

    def specc_state(self) -> DeclaredState:
        """What it holds beside what Keras tracks."""
        return self._specc

    def specc_call(self, args: tuple[Any, ...], training: Any) -> Any:
        """Runs the body. Which mask the outputs have is for `compute_mask` to say."""
        state = self._specc
        outputs = state.program(args, bool(training))(self, state.parts, *args)
        _drop_masks(outputs, args)
        return outputs

    def specc_method(self, name: str, args: tuple[Any, ...], training: Any) -> Any:
        """Runs a method.

        Raises:
            SpeccError: the layer isn't built yet.
        """
        state = self._specc
        if not self.built:
            message = f"`{name}` reads weights, which the layer has once it is built"
            raise SpeccError([Diagnostic("S466", message, help="call the layer once first")])
        return state.method(name, args, bool(training))(self, state.parts, *args)

    def specc_build(self, shapes: Mapping[str, Any]) -> None:
        """Makes all weights and sublayers, and builds those.

        Raises:
            SpeccError: the body can't be followed for these shapes.
        """
        state = self._specc
        specs = specs_of_shapes(self._specc_text, state.at_run_time, shapes, state.dtypes)
        inputs = symbols(specs, self)
        state.make([spec_of(each) for each in inputs])
        run_symbolically(lambda *args: self.specc_call(args, False), *inputs)
        if state.reads_training:
            run_symbolically(lambda *args: self.specc_call(args, True), *inputs)
        self._specc_build_methods()
        tune_parts(self, state.tuning, state.resting)

    def _specc_build_methods(self) -> None:
        """Makes and builds what only methods hold."""
        state = self._specc
        for name in self._specc_text.methods:
            specs = state.method_specs(name)
            if specs is not None:
                run = state.method(name, specs, False)
                run_symbolically(partial(run, self, state.parts), *symbols(specs, self))

    @not_converted
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Notes the dtypes of the first inputs, then calls as Keras does."""
        if not self.built:
            self._specc.note_dtypes(args, kwargs)
        return super().__call__(*args, **kwargs)  # type: ignore[misc]  # Keras's

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask of the output, as the spec says."""
        return self._specc.mask(inputs, previous_mask)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs' shapes and dtypes, by running the body on symbols."""
        return run_symbolically(self.call, *args, **kwargs)  # type: ignore[attr-defined]  # each class's

    def compute_output_shape(self, *shapes: Any, **named: Any) -> Any:
        """The outputs' shapes."""
        names = [name for name in shape_names(self._specc_text) if name not in named]
        given = {**dict(zip(names, shapes, strict=False)), **named}
        state = self._specc
        specs = specs_of_shapes(self._specc_text, state.at_run_time, given, state.dtypes)
        inputs = as_call(self._specc_text, symbols(specs, self))
        outputs = self.compute_output_spec(*inputs)
        return keras.tree.map_structure(lambda output: tuple(output.shape), outputs)

    def get_config(self) -> dict[str, Any]:
        """Keras's own entries, the text, and the values of its parameters."""
        layer: Any = self
        policy = keras.dtype_policies.serialize(layer.dtype_policy)
        base = {"name": layer.name, "trainable": layer.trainable, "dtype": policy}
        own = {**self._specc_config, "params": self._specc.at_run_time.params}
        tuning = self._specc.tuning
        own |= {key: value for key in TUNING if (value := getattr(tuning, key))}
        return {**base, **json.loads(json.dumps(own))}

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes and dtypes that it was built with.

        None before: Keras takes what it makes of a build config for built (in `Bidirectional`).
        """
        if not self.built:
            return None
        known = super().get_build_config() or {}  # type: ignore[misc]  # Keras's
        shapes = known.get("shapes_dict")
        if shapes is None and known:
            shapes = {shape_names(self._specc_text)[0]: known["input_shape"]}
        return {"shapes": dict(shapes or {}), "dtypes": self._specc.dtypes}

    def build_from_config(self, config: Mapping[str, Any]) -> None:
        """Builds as it was built when the config was written."""
        if config and config.get("shapes"):
            self._specc.dtypes = dict(config.get("dtypes") or {})
            self.build(**config["shapes"])

    def __reduce__(self) -> Any:
        """Copies and pickles as Keras does: its file holds the text, of which the class is made."""
        return read_anew(type(self).__mro__[1]), super().__reduce__()[1]

    def build(self, *args: Any, **kwargs: Any) -> None:
        """The class of each text has its own, with a signature for Keras."""
        raise NotImplementedError

    built: bool

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """A layer of its config, which stays as it is.

        Raises:
            SpeccError: its text is wrong.
        """
        rest = {key: value for key, value in config.items() if key not in (*OWN, *TUNING)}
        own: list[Any] = [config.get(key) for key in OWN]
        layer, texts, params = own
        check_own(layer, texts, params)
        tuning: list[Any] = [config.get(key, ()) for key in TUNING]
        check_tuning(*tuning)
        return declared_class(layer, texts)(params, *tuning, **rest)


def _drop_masks(outputs: Any, inputs: Any) -> None:
    """Takes away the masks that sublayers gave the outputs: Keras would keep them as the layer's.

    An input that is passed on as it is stays what its giver made it.
    """
    is_one = keras.ops.is_tensor(outputs)
    for output in (outputs,) if is_one else keras.tree.flatten(outputs):
        if mask_of(output) is None:
            continue
        if all(output is not given for given in keras.tree.flatten(inputs)):
            drop_mask(output)


class SpecLayer(Declared, keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """A layer that a spec declares; each is of a class of its own, made from this one."""

    def __init__(
        self,
        params: Mapping[str, Any] | None = None,
        frozen: Sequence[str] = (),
        adapters: Sequence[Mapping[str, Any]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._specc_open(params or {}, PartTuning(tuple(frozen), tuple(map(dict, adapters))))


class SpecModel(Declared, keras.Model):  # type: ignore[misc]  # Keras has no types
    """A subclassed model that a spec declares."""

    def export(
        self,
        filepath: Any,
        format: str = "tf_saved_model",  # noqa: A002 - Keras's name
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Exports as Keras does; a SavedModel has a signature for each method, too.

        Raises:
            SpeccError: the shapes that a method takes aren't known.
        """
        if input_signature is None:
            input_signature = self._specc.signature()
        if format != "tf_saved_model" or not self._specc_text.exported:
            super().export(filepath, format, verbose, input_signature, **kwargs)
            return
        archive = keras.export.ExportArchive()
        archive.track_and_add_endpoint("serve", self, input_signature, **kwargs)
        for name in self._specc_text.exported:
            signature = self._specc.method_signature(name)
            archive.add_endpoint(name, getattr(self, name), signature, **kwargs)
        archive.write_out(filepath, verbose=verbose is not False)

    def __init__(
        self,
        params: Mapping[str, Any] | None = None,
        frozen: Sequence[str] = (),
        adapters: Sequence[Mapping[str, Any]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._specc_open(params or {}, PartTuning(tuple(frozen), tuple(map(dict, adapters))))


BASES = {"SpecLayer": SpecLayer, "SpecModel": SpecModel}
_CLASSES: dict[str, Any] = {}
"""The classes that were made, by their texts: Keras's tables keep them alive anyway."""


def declared_class(layer: str, texts: Mapping[str, str]) -> Any:
    """The class of a text; one for equal texts.

    Raises:
        SpeccError: the text is wrong.
    """
    key = json.dumps([layer, sorted(texts.items())])
    if key not in _CLASSES:
        _CLASSES[key] = _made(
            layer_text(layer, texts, TrustedBefore()), {"layer": layer, "spec": dict(texts)}
        )
    return _CLASSES[key]


def _made(text: LayerText, config: Mapping[str, Any]) -> Any:
    base = SpecModel if text.form else SpecLayer
    namespace: dict[str, Any] = {
        "__doc__": text.doc or f"The layer `{text.name}` of a spec.",
        "__module__": base.__module__,
        "_specc_text": text,
        "_specc_config": config,
        "call": call_function(text),
        "build": build_function(text),
        **{name: method_function(name, inputs) for name, inputs in text.methods.items()},
    }
    if text.is_cell:
        namespace["state_size"] = property(lambda self: self._specc.state_size)
        namespace["output_size"] = property(lambda self: self._specc.output_size)
    made = type(text.name, (base,), namespace)
    registered_again(PACKAGE, base.__name__, made, base)
    return made


kept_whole(SpeccError)
for _base in BASES.values():
    keras.saving.register_keras_serializable(package=PACKAGE, name=_base.__name__)(_base)

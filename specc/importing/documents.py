"""A model that was read becomes a spec's document: plain data, to be written as YAML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from specc import catalog
from specc.catalog import Kind
from specc.importing.carried import MODEL, Carried, same_data, with_values
from specc.importing.names import class_like, is_local, is_name, local_like
from specc.importing.objects import DEFINITIONS, Objects, escaped
from specc.importing.parts import ImportedLayer, ImportedModel, Plain, Ref
from specc.importing.parts import renamed as with_names
from specc.importing.problems import Problems
from specc.importing.steps import Body, Scope
from specc.importing.training import training_of

DEFAULT_DTYPE = "float32"

Document = dict[str, Plain]


def document_of(model: ImportedModel, problems: Problems) -> Document:
    """The document of a model.

    Raises:
        SpeccError: with everything that has no form in a spec.
    """
    writer = _Writer(problems)
    block = writer.block(model, None)
    document: Document = {"specc": 1, "model": _model_name(model.name)}
    if model.style == "sequential":
        document["style"] = "sequential"
    if writer.dtype not in (None, DEFAULT_DTYPE):
        document["dtype"] = escaped(writer.dtype)
    inputs = block.pop("inputs")
    document["inputs"] = inputs
    functions = {name: each for name, each in DEFINITIONS.items() if _holds(block, name)}
    functions |= {name: each for name, each in DEFINITIONS.items() if _holds(writer.define, name)}
    carried = writer.carried
    if carried.imports:
        document["imports"] = dict(carried.imports)
    if carried.params:
        document["params"] = dict(carried.params)
    define = {**functions, **carried.define, **writer.define}
    if define:
        document["define"] = define
    document |= block
    freeze = [*([] if model.trainable else ["**"]), *carried.frozen]
    if freeze:
        document["freeze"] = freeze if carried.frozen else "**"
    if carried.adapters:
        document["lora"] = carried.adapters
    training = training_of(model.training, Objects(problems))
    if training:
        document["training"] = escaped(training)
    problems.check()
    return document


def carried_document(config: Mapping[str, Any], problems: Problems) -> Document:
    """The document of a layer or subclassed model that a spec declares.

    Raises:
        SpeccError: its config holds no text that defines it.
    """
    carried = Carried(problems)
    own = config.get("config")
    if not isinstance(own, Mapping):
        problems.fail("S521", "the config is none")
    name, _ = carried.use(own)
    block = carried.define.pop(name)
    assert isinstance(block, dict)  # noqa: S101 - seen by `use`
    block = with_values(block, own["params"])
    carried.tune("", own)
    kind = "model" if config.get("registered_name") == MODEL else "layer"
    document: Document = {"specc": 1, kind: name}
    document |= {key: block.pop(key) for key in ("doc", "style") if key in block}
    dtype = Objects(problems).policy(own.get("dtype"))
    if dtype not in (None, DEFAULT_DTYPE) and kind == "model":
        document["dtype"] = escaped(dtype)
    params = block.pop("params", None)
    parts = {
        "imports": carried.imports,
        "params": {**carried.params, **(params if isinstance(params, dict) else {})},
        "define": carried.define,
        **block,
        "freeze": [*([] if own.get("trainable") is not False else ["**"]), *carried.frozen],
        "lora": carried.adapters,
        "training": _training(config, problems),
    }
    problems.check()
    return {**document, **{key: value for key, value in parts.items() if value}}


def _training(config: Mapping[str, Any], problems: Problems) -> Plain:
    compiled = config.get("compile_config")
    return escaped(training_of(compiled, Objects(problems))) if isinstance(compiled, dict) else None


def _holds(value: Plain, text: str) -> bool:
    """Whether a text stands somewhere in a document."""
    if isinstance(value, dict):
        return any(_holds(item, text) for item in value.values())
    if isinstance(value, list):
        return any(_holds(item, text) for item in value)
    return value == text


def _model_name(name: str) -> str:
    return name.replace("/", "_").lstrip("=") or "model"


class _Writer:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.define: dict[str, Plain] = {}
        self.dtype: Plain = None
        self.carried = Carried(problems)

    def block(self, model: ImportedModel, around: Plain, prefix: str = "") -> Document:
        """`inputs`, `body` and `outputs` of a model; `prefix` is that of its layers' keys."""
        dtype = _usual_dtype(model, Objects(self.problems)) or around or DEFAULT_DTYPE
        if around is None:
            self.dtype = dtype
        model = _with_local_inputs(model)
        names = {
            each.name: self._definition(each.model, dtype, prefix, each.name)
            for each in model.layers
            if each.model is not None
        }
        reserved = frozenset(names.values()) | frozenset(self.define)
        objects = Objects(
            self.problems, dtype, self.carried.nested,
            lambda each: self._argument(each, dtype, prefix),
        )  # fmt: skip
        scope = Scope(self.problems, objects, names, self.carried, reserved)
        scope.frozen = not model.trainable
        scope.prefix = prefix
        body = Body(model, scope)
        made: Document = {"inputs": self._inputs(model), "body": body.write()}
        outputs = body.outputs()
        if outputs is not None:
            made["outputs"] = outputs
        if around is not None and dtype != around:
            made = {"dtype": escaped(dtype), **made}
        return made

    def _definition(self, model: ImportedModel, dtype: Plain, prefix: str, called: str) -> str:
        with self.problems.within(called):
            taken = {*self.define, *self.carried.define, *catalog.all_names(Kind.LAYER)}
            name = class_like(called, taken)
            self.define[name] = None  # its name is taken while it is written
            block = self.block(model, dtype, f"{prefix}{called}.")
            del self.define[name]
            made = {"style": model.style, **block}
            equal = next((key for key, each in self.define.items() if same_data(each, made)), "")
            if not equal:
                self.define[name] = made
        return equal or name

    def _argument(self, model: ImportedModel, dtype: Plain, prefix: str) -> Plain:
        """The use of a model that is an argument of a layer."""
        own = replace(model, trainable=True)  # since there its layers say themselves what is frozen
        name = self._definition(own, dtype, prefix, model.name)
        if model.name == catalog.snake_case(name):
            return name
        return {name: None, "name": model.name}

    def _inputs(self, model: ImportedModel) -> Plain:
        layers = {each.name: each for each in model.layers}
        found = model.inputs
        if isinstance(found, Ref):
            return {found.layer: self._input(layers[found.layer])}
        items = list(found.values() if isinstance(found, Mapping) else found)  # type: ignore[call-overload]  # seen by the reader
        if not all(isinstance(each, Ref) for each in items):
            self.problems.error(
                "S525", "inputs that are lists or mappings in another have no form in a spec",
                "build the model with one list or one mapping of inputs",
            )  # fmt: skip
            return {}
        if isinstance(found, Mapping):
            return {ref.layer: self._input(layers[ref.layer]) for ref in items}
        return [{"name": ref.layer, **self._input(layers[ref.layer])} for ref in items]

    def _input(self, layer: ImportedLayer) -> Document:
        config = layer.config
        shape = config.get("batch_shape")
        if not isinstance(shape, list) or not shape:
            with self.problems.within(layer.name):
                self.problems.error("S526", "the input has no shape")
            return {}
        made: Document = {"shape": shape[1:]}
        if config.get("dtype") not in (None, DEFAULT_DTYPE):
            made["dtype"] = escaped(config["dtype"])
        if shape[0] is not None:
            made["batch"] = shape[0]
        made |= {key: True for key in ("sparse", "optional") if config.get(key)}
        if config.get("ragged"):
            with self.problems.within(layer.name):
                self.problems.error("S526", "Keras 3 has no ragged inputs")
        return made


def _usual_dtype(model: ImportedModel, objects: Objects) -> Plain:
    """The dtype policy that most layers have."""
    policies = Counter(
        policy
        for each in model.layers
        if each.class_name != "InputLayer"
        and not each.module.startswith("keras.src.ops")  # whose `dtype` is what they give
        and isinstance(policy := objects.policy(each.config.get("dtype")), str)
    )
    return policies.most_common(1)[0][0] if policies else None


def _with_local_inputs(model: ImportedModel) -> ImportedModel:
    """The model with its inputs called so that expressions can name them.

    Those of a mapping are called by its keys, which is what callers know.
    """
    inputs = [each.name for each in model.layers if each.class_name == "InputLayer"]
    taken = {each.name for each in model.layers}
    keyed = model.inputs.items() if isinstance(model.inputs, Mapping) else ()
    renamed: dict[str, str] = {}
    for key, ref in keyed:
        if isinstance(ref, Ref) and key not in taken and is_local(key) and is_name(key):
            renamed[ref.layer] = key
            taken.add(key)
    for name in inputs:
        if name not in renamed and not (is_local(name) and is_name(name)):
            renamed[name] = local_like(name, taken)
            taken.add(renamed[name])
    return with_names(model, renamed) if renamed else model

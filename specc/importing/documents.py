"""A model that was read becomes a spec's document: plain data, to be written as YAML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from specc import catalog
from specc.catalog import Kind
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
    if functions or writer.define:
        document["define"] = {**functions, **writer.define}
    document |= block
    if not model.trainable:
        document["freeze"] = "**"
    training = training_of(model.training, Objects(problems))
    if training:
        document["training"] = escaped(training)
    problems.check()
    return document


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

    def block(self, model: ImportedModel, around: Plain) -> Document:
        """`inputs`, `body` and `outputs` of a model."""
        dtype = _usual_dtype(model, Objects(self.problems)) or around or DEFAULT_DTYPE
        if around is None:
            self.dtype = dtype
        model = _with_local_inputs(model)
        names = {
            each.name: self._definition(each, dtype)
            for each in model.layers
            if each.model is not None
        }
        reserved = frozenset(names.values()) | frozenset(self.define)
        scope = Scope(self.problems, Objects(self.problems, dtype), names, reserved)
        scope.frozen = not model.trainable
        body = Body(model, scope)
        made: Document = {"inputs": self._inputs(model), "body": body.write()}
        outputs = body.outputs()
        if outputs is not None:
            made["outputs"] = outputs
        if around is not None and dtype != around:
            made = {"dtype": escaped(dtype), **made}
        return made

    def _definition(self, layer: ImportedLayer, dtype: Plain) -> str:
        assert layer.model is not None  # noqa: S101 - only such layers get here
        with self.problems.within(layer.name):
            taken = {*self.define, *catalog.all_names(Kind.LAYER)}
            name = class_like(layer.name, taken)
            self.define[name] = None  # its name is taken while it is written
            block = self.block(layer.model, dtype)
            del self.define[name]
            self.define[name] = {"style": layer.model.style, **block}
        return name

    def _inputs(self, model: ImportedModel) -> Plain:
        layers = {each.name: each for each in model.layers}
        found = model.inputs
        if isinstance(found, Ref):
            return {found.layer: self._input(layers[found.layer])}
        if isinstance(found, Mapping):
            return {ref.layer: self._input(layers[ref.layer]) for ref in found.values()}
        items = found if isinstance(found, list | tuple) else []
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
        and isinstance(policy := objects.policy(each.config.get("dtype")), str)
    )
    return policies.most_common(1)[0][0] if policies else None


def _with_local_inputs(model: ImportedModel) -> ImportedModel:
    """The model with its inputs called so that expressions can name them."""
    inputs = [each.name for each in model.layers if each.class_name == "InputLayer"]
    taken = {each.name for each in model.layers}
    renamed: dict[str, str] = {}
    for name in inputs:
        if not (is_local(name) and is_name(name)):
            renamed[name] = local_like(name, taken)
            taken.add(renamed[name])
    return with_names(model, renamed) if renamed else model

"""A graph becomes a Python module of plain Keras code."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from specc import catalog
from specc.catalog import Kind
from specc.catalog.compiling import COMPILE_OBJECTS, is_object
from specc.codegen.families import Definition, Family, Line
from specc.codegen.followed import declared_layers
from specc.codegen.functional import ModelWriter, definition_line
from specc.codegen.functions import structure
from specc.codegen.layer_module import Declare, layer_module
from specc.codegen.masks import UNMASKED, makes_masks
from specc.codegen.module import Module
from specc.codegen.nodes import (
    OMITTED,
    Atom,
    Literal,
    Node,
    call,
    constant,
    listed,
    mapped,
    plain,
    substituted,
)
from specc.codegen.objects import Objects
from specc.codegen.printing import WIDTH, lines
from specc.codegen.problems import Refused, refused
from specc.codegen.tuning import tuning_lines
from specc.codegen.writers import CodeWriters, returned
from specc.ir import Graph, Tensor
from specc.keras_config import DEFAULT_DTYPE
from specc.passes.inference import specs_of
from specc.references import Importer

NAMED = '''

def named(tensor, name):
    """Names the operation that made a tensor, as Keras would count another's name."""
    tensor._keras_history.operation.name = name
    return tensor
'''


END = ("", "", 'if __name__ == "__main__":', "    build_model().summary()", "")


@dataclass(frozen=True)
class Facts:
    """Where a model comes from, for the head of the module."""

    name: str
    doc: str = ""
    variant: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    digest: str = ""
    kind: str = "model"


def generate(graph: Graph, facts: Facts, importer: Importer) -> str:
    """The text of a module whose `build_model()` gives the model of a graph.

    Args:
        graph: After all passes.
        facts: Where it comes from.
        importer: Follows references to users' classes and functions.

    Raises:
        SpeccError: S807, plain Keras code can't say something of it.
    """
    module = Module(graph.name)
    writers = CodeWriters(module, importer)
    module.has_masks = makes_masks(graph)
    module.know(declared_layers(graph))
    made, local = _model(graph, writers)
    body = [*made, *_compiled(graph, writers.objects)]
    name = constant(graph.name)

    def header(function: str, _: object) -> list[str]:
        return definition_line(function, [f"name={name}"])

    top = Definition("build_model", header, returned(body), local)
    family = Family("build_model", top)
    family.add(top)
    module.add(family.finish)
    return _text(module, facts)


def _model(graph: Graph, writers: CodeWriters) -> tuple[list[Line], frozenset[str]]:
    """The statements that make the model, and the names in them."""
    if graph.declared is None:
        writer = ModelWriter(writers.module, writers.objects, graph, None)
        return writer.body(), frozenset(writer.local_names)
    try:
        made = writers.declared([graph.declared], Atom("name"), graph.dtype or DEFAULT_DTYPE)
        tuned = list(_tuned(graph, writers.module))
    except Refused as problem:
        raise refused(str(problem), graph.origin) from problem
    inputs = structure(graph.inputs, lambda tensor: _symbol(graph, tensor))
    called = Line("", call("model", inputs))
    return [Line("model = ", made), called, *tuned], frozenset()


def _tuned(graph: Graph, module: Module) -> Iterator[Line]:
    """What `freeze` and `lora` of a subclassed model say, once it is built."""
    assert graph.declared is not None  # noqa: S101 - the caller has seen it
    held = module.held[id(graph.declared)]
    known = graph.slots or (None,) * len(graph.operations)
    for operation, slots in zip(graph.operations, known, strict=True):
        if operation.key not in held:
            continue
        attribute, before = held[operation.key]
        if operation.trainable is False and before.trainable is not False:
            yield Line(f"model.{attribute}.trainable = False")
        elif operation.graph is not None and operation != before:
            yield from _tuned_inside(operation.graph, f"model.{attribute}", module)
        elif operation != before:
            yield from tuning_lines(operation, slots, f"model.{attribute}", module)


def _tuned_inside(graph: Graph, model: str, module: Module) -> Iterator[Line]:
    """What is said of the layers of a model inside."""
    known = graph.slots or (None,) * len(graph.operations)
    for operation, slots in zip(graph.operations, known, strict=True):
        layer = f"{model}.get_layer({constant(operation.name)})"
        if operation.trainable is False:
            yield Line(f"{layer}.trainable = False")
        elif operation.graph is not None:
            yield from _tuned_inside(operation.graph, layer, module)
        else:
            yield from tuning_lines(operation, slots, layer, module)


def _symbol(graph: Graph, tensor: Tensor) -> Node:
    spec = graph.specs[tensor]
    dtype = {} if spec.dtype == DEFAULT_DTYPE else {"dtype": plain(spec.dtype)}
    shape = list(spec.shape or ())
    if shape and shape[0] is not None:
        return call("keras.Input", batch_shape=plain(shape, tuples=True), **dtype)
    return call("keras.Input", plain(shape[1:], tuples=True), **dtype)


def generate_object(value: object, name: str) -> str:
    """The text of a module whose `build()` gives a fresh Keras object.

    Args:
        value: The object in its YAML form.
        name: What it is called.

    Raises:
        SpeccError: S807, plain Keras code can't make it.
    """
    found = str(value if isinstance(value, str) else next(iter(value)))  # type: ignore[call-overload]  # a mapping
    kind = next(kind for kind in Kind if catalog.find(kind, found) is not None)
    try:
        node = Objects(Module(name)).of_kind(kind, value)
    except Refused as problem:
        raise refused(str(problem), None) from problem
    returned = lines(substituted(node, _as_written), 1, "return ")
    imports = ["import keras"] + ["from keras import layers"] * (kind is Kind.LAYER)
    head = [*_head(Facts(found, f"A Keras object: {found}.")), "", *imports, "", ""]
    end = ["", "", 'if __name__ == "__main__":', "    print(build())", ""]
    return "\n".join([*head, "def build():", *returned, *end])


def _as_written(literal: Literal) -> Node:
    return OMITTED if literal.is_default else literal.value


def _compiled(graph: Graph, objects: Objects) -> list[Line]:
    """The statement that compiles the model."""
    if graph.training is None:
        return []

    def value(kind: Kind, given: object) -> Node:
        if isinstance(given, list):
            return listed([value(kind, item) for item in given])
        if isinstance(given, Mapping) and not is_object(kind, given):
            return mapped({key: value(kind, item) for key, item in given.items()})
        return objects.of_kind(kind, given, None)

    try:
        arguments = {
            key: value(COMPILE_OBJECTS[key], given)
            if key in COMPILE_OBJECTS
            else objects.value(given)
            for key, given in graph.training.items()
        }
    except Refused as problem:
        raise refused(str(problem), graph.origin) from problem
    return [Line("", call("model.compile", **arguments))]


def generate_layer(declare: Declare, graph: Graph | None, facts: Facts, importer: Importer) -> str:
    """The text of a module with the class of a `layer:` document, and `build_layer()`.

    Args:
        declare: Gives what the document declares, anew.
        graph: Its body for the inputs that the user chose; None if none were.
        facts: Where it comes from.
        importer: Follows references to users' classes and functions.

    Raises:
        SpeccError: S807, plain Keras code can't say something of it.
    """
    given = specs_of(graph.inputs, graph.specs) if graph is not None else {}
    assert isinstance(given, dict)  # noqa: S101 - a layer's inputs go by name
    try:
        module, end = layer_module(declare, graph, given, importer)
    except Refused as problem:
        raise refused(str(problem), None) from problem
    return _text(module, facts, end)


def _text(module: Module, facts: Facts, end: Sequence[str] = END) -> str:
    definitions = [*module.definition_lines(), *end]
    body = "\n".join(definitions)
    imports = ["import keras"]
    used = [name for name in ("layers", "ops") if f"{name}." in body]
    if used:
        imports.append(f"from keras import {', '.join(used)}")
    written = [*_head(facts), "", *imports]
    users = module.import_lines()
    if users:
        written += ["", *users]
    text = "\n".join(written) + "\n"
    if module.needs_named:
        text += NAMED
    if module.needs_unmasked:
        text += UNMASKED
    return f"{text}{body}"


def _head(facts: Facts) -> list[str]:
    """The docstring, and a comment that says what the module was made from."""
    doc = textwrap.wrap(" ".join(facts.doc.split()) or f"The {facts.kind} {facts.name}.", WIDTH - 3)
    doc = [line.replace("\\", "\\\\").replace('"""', "'''") for line in doc]
    head = [f'"""{doc[0]}', *doc[1:]]
    closed = [head[0] + '"""'] if len(head) == 1 else [*head, '"""']
    about = f"Generated by specc from the {facts.kind} `{facts.name}`"
    if facts.variant:
        about += f", variant `{facts.variant}`"
    if facts.params:
        given = (f"{key}={json.dumps(value, default=str)}" for key, value in facts.params.items())
        about += f", with {', '.join(given)}"
    comment = textwrap.wrap(f"{about}.", WIDTH - 2)
    if facts.digest:
        comment.append(f"Architecture: {facts.digest}")
    return [*closed, "", *(f"# {line}" for line in comment)]


__all__ = ["Atom", "Facts", "generate"]

"""What specc does, composed of its stages; the only module that knows them all. Row 7."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from specc import codegen
from specc.caller import held_limit, held_params, held_path, held_seed, held_text, held_variant
from specc.diagnostics import Diagnostic, Diagnostics, Source, did_you_mean
from specc.errors import SpeccError
from specc.ir import Graph
from specc.ir.summary import Summary
from specc.language import Deployment, Document, KerasObject, Layer, Model, WeightMapping
from specc.memory import no_collection
from specc.passes import Given, Resolver, Unit, bind_document, check_definitions, expand, run_passes
from specc.passes.check_object import check_keras_object
from specc.passes.memo import Memo
from specc.passes.overrides import are_defaults, given_values, variant_values
from specc.passes.poison import POISON
from specc.passes.summary import NotKnown
from specc.passes.summary import summarize as summarize_graph
from specc.references import Importer, PythonClass, Reference, Trust, trust_of
from specc.source import atomic_path
from specc.source.reader import DiskReader, Reader
from specc.spec import Spec, facts_of, layer_at, layer_of, model_graph, object_config_of

AnyPath = str | PathLike[str]
NO_TRUST = Trust()


def load(
    path: AnyPath,
    variant: str | None = None,
    params: Mapping[str, object] | None = None,
    trust: Collection[str] | Trust = (),
    reader: Reader | None = None,
) -> Spec:
    """Reads a spec from a file.

    Args:
        path: The file.
        variant: A name in the spec's `variants`.
        params: Values of parameters by name, over the variant's.
        trust: Python packages that the spec may import classes from.
        reader: Where texts come from; the disk, if not given.

    Raises:
        SpeccError: with every problem of the spec.
        TypeError: an argument is of another type.
    """
    path, reader = held_path(path), reader or DiskReader()
    return _load(reader.read(path), Path(path).absolute(), variant, params, reader, trust_of(trust))


def loads(
    text: str,
    variant: str | None = None,
    params: Mapping[str, object] | None = None,
    trust: Collection[str] | Trust = (),
    name: str = "<string>",
) -> Spec:
    """Reads a spec from text; what it imports is relative to the working directory.

    Raises:
        SpeccError: with every problem of the spec.
        TypeError: an argument is of another type.
    """
    return _load(
        Source(name, held_text(text)), None, variant, params, DiskReader(), trust_of(trust)
    )


def _load(
    source: Source,
    path: Path | None,
    variant: str | None,
    params: Mapping[str, object] | None,
    reader: Reader,
    trust: Trust,
) -> Spec:
    diagnostics = Diagnostics()
    graph: Graph | None = None
    values: dict[str, object] = {}
    variant, params = held_variant(variant), held_params(params)
    with no_collection():
        unit = Resolver(reader, diagnostics, _importer(trust)).read(source, path)
        if unit is not None:
            given = _given(unit, variant, params, diagnostics)
            values, graph = _compile_front(unit, given, diagnostics, reader)
    if unit is None or diagnostics.has_errors:
        raise SpeccError(diagnostics.sorted())
    document = unit.document
    assert isinstance(document, Document)  # noqa: S101 - the resolver reads documents
    found = tuple(diagnostics.sorted())
    params = {name: value for name, value in values.items() if value is not POISON}
    return Spec(document, path, source.text, variant, params, graph, found, trust, unit)


def _importer(trust: Trust) -> Importer:
    return Importer(trust, _import_python)


def _import_python(reference: Reference, trust: Trust) -> PythonClass:
    """A user's class, which is checked by what Keras and its signature say."""
    trust.before_import()
    from specc.keras_backend.python import import_object

    return import_object(reference, trust)


def _given(
    unit: Unit, variant: str | None, params: Mapping[str, object], diagnostics: Diagnostics
) -> dict[str, Given]:
    given: dict[str, Given] = {}
    if variant is not None:
        if variant in unit.variants:
            given |= variant_values(unit, variant, diagnostics)
        else:
            known = ", ".join(f"`{name}`" for name in unit.variants)
            diagnostics.error(
                "S126", f"the spec has no variant `{variant}`", unit.document.node.span,
                label=did_you_mean(variant, unit.variants),
                help=f"it has {known}" if known else "it has none",
            )  # fmt: skip
    return given | given_values(unit, params, diagnostics)


def _compile_front(
    unit: Unit,
    given: Mapping[str, Given],
    diagnostics: Diagnostics,
    reader: Reader,
    memo: Memo | None = None,
) -> tuple[dict[str, object], Graph | None]:
    """Parameters bound, and for a model its graph after all passes."""
    if isinstance(unit.document, KerasObject):
        check_keras_object(unit.document, diagnostics)
        return {}, None
    if isinstance(unit.document, WeightMapping):
        from specc.weights.mapping import read_rules

        read_rules(unit.document, diagnostics)
        return {}, None
    values = bind_document(unit, given, diagnostics, reader)
    if not isinstance(unit.document, Model):
        check_definitions(unit, values, diagnostics, reader)
        return values, None
    graph = expand(unit, values, diagnostics, reader, memo)
    return values, None if graph is None else run_passes(graph, diagnostics)


def check(spec: Spec | AnyPath, trust: Collection[str] | Trust = ()) -> list[Diagnostic]:
    """Everything that can be known of a spec without Keras, for every variant.

    Args:
        spec: A file, or a spec that was loaded from one or from text.
        trust: Python packages that the spec may import classes from.

    Raises:
        SpeccError: the file can't be read.
    """
    if isinstance(spec, Spec):
        source = Source(str(spec.path or "<string>"), spec.text)
        return check_text(source, spec.path, trust=spec.trust | trust_of(trust))
    reader, spec = DiskReader(), held_path(spec)
    return check_text(reader.read(spec), Path(spec).absolute(), reader, trust=trust_of(trust))


@dataclass(frozen=True)
class Chosen:
    """What a caller chooses of a spec: a variant (all, if None), and values of parameters."""

    variant: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)


def check_text(
    source: Source,
    path: Path | None = None,
    reader: Reader | None = None,
    chosen: Chosen | None = None,
    with_keras: bool = False,
    trust: Trust = NO_TRUST,
    with_digests: bool = False,
) -> list[Diagnostic]:
    """Checks a text that stands, or would stand, at a path.

    Args:
        source: The text.
        path: Its path; without one, what it imports is relative to the working directory.
        reader: Where imports come from; the disk, if not given.
        chosen: Which of the spec's models; all of them, if not given.
        with_keras: Goes on to build each variant with Keras; no weight is computed.
        trust: Python packages that the spec may import classes from.
        with_digests: Reads the weight files of a deployment whole, and compares their digests.
    """
    reader = reader or DiskReader()
    diagnostics = Diagnostics()
    memo = Memo()
    with no_collection():
        unit = Resolver(reader, diagnostics, _importer(trust)).read(source, path)
        if unit is not None:
            for given in _chosen_variants(unit, chosen or Chosen(), diagnostics):
                _, graph = _compile_front(unit, given, diagnostics, reader, memo)
                if with_keras and not diagnostics.has_errors:
                    diagnostics.extend(_check_with_keras(unit, graph))
        document = unit.document if unit is not None else None
        if isinstance(document, Deployment) and not diagnostics.has_errors:  # else parts may lack
            from specc.api.deployment_checks import Depth, check_deployment

            folder = path.parent if path else Path()
            depth = Depth(with_keras, with_digests)
            found = check_deployment(document, folder, trust, reader, depth)
            return [*diagnostics.sorted(), *found]
    return diagnostics.sorted()


def _check_with_keras(unit: Unit, graph: Graph | None) -> Iterable[Diagnostic]:
    from specc import keras_backend

    if isinstance(unit.document, KerasObject):
        return keras_backend.check_object(object_config_of(unit.document), unit.document.keras.span)
    return [] if graph is None else keras_backend.check_graph(graph)


def _chosen_variants(
    unit: Unit, chosen: Chosen, diagnostics: Diagnostics
) -> Iterable[dict[str, Given]]:
    if chosen.variant is not None:
        return [_given(unit, chosen.variant, chosen.params, diagnostics)]
    given = given_values(unit, chosen.params, diagnostics)
    return [of_variant | given for of_variant in _all_variants(unit, diagnostics)]


def _all_variants(unit: Unit, diagnostics: Diagnostics) -> Iterable[dict[str, Given]]:
    """The defaults, if they are enough, and each variant that differs from them."""
    complete = all(param.has_default for param in unit.params.values())
    if complete or not unit.variants:
        yield {}
    for variant in unit.variants:
        given = variant_values(unit, variant, diagnostics)
        if not complete or not are_defaults(unit, given):
            yield given


def compile(  # noqa: A001 - the verb of the field, and of the command
    spec: Spec | AnyPath,
    seed: int | None = None,
    max_parameters: int | None = None,
    trust: Collection[str] | Trust = (),
) -> Any:
    """The Keras model of a spec, with fresh weights; of a `keras:` or `layer:` one, its object.

    A layer is of the spec's own class. It has no weights before it is called, so the seed and the
    limit mean nothing to it.

    Args:
        spec: What `load` or `loads` gave, or a file.
        seed: Makes the weights repeatable: each variable's values depend on the seed, its key,
            its shape and its initializer, and on nothing else.
        max_parameters: More parameters are refused before any is allocated.
        trust: As for `load`, if `spec` is a file.

    Raises:
        SpeccError: the spec has errors, is a library, or Keras refuses a step.
        TypeError: an argument is of another type.
        ValueError: the seed or the limit is out of bounds.
    """
    seed, max_parameters = held_seed(seed), held_limit(max_parameters)
    spec = spec if isinstance(spec, Spec) else load(spec, trust=trust)
    from specc import keras_backend

    if isinstance(spec.document, KerasObject):
        return keras_backend.build_object(object_config_of(spec.document), spec.document.keras.span)
    if isinstance(spec.document, Layer):
        return keras_backend.build_layer(layer_of(spec))
    limit = keras_backend.MAX_PARAMETERS if max_parameters is None else max_parameters
    model = keras_backend.compile_graph(model_graph(spec), seed, limit)
    keras_backend.remember_spec(model, spec.provenance)
    return model


def known_summary(spec: Spec) -> Summary | None:
    """What `show` tells, by the catalog's rules alone; None where they don't know all of it.

    Raises:
        SpeccError: the document is no model.
    """
    with suppress(NotKnown):
        return summarize_graph(model_graph(spec))
    return None


def load_model(
    path: AnyPath,
    trust: Collection[str] | Trust = (),
    *,
    compile: bool = True,  # noqa: A002 - Keras's name for it
    custom_objects: Mapping[str, Any] | None = None,
) -> Any:
    """The Keras model of a `.keras` file: `keras.models.load_model`, with specc's classes known.

    Nothing in the file runs code: what it names is looked up among Keras's classes, specc's, and
    those of trusted packages, before any of it is made.

    Args:
        path: The file.
        trust: Python packages that the model may have classes and functions from.
        compile: Whether the model gets its optimizer, losses and metrics.
        custom_objects: Your own classes and functions, by the names that the file has.

    Raises:
        SpeccError: the file is broken, holds what isn't trusted, or Keras refuses it.
    """
    from specc.keras_backend.loading import load_model as load_keras_model

    return load_keras_model(Path(held_path(path)), trust_of(trust), compile, custom_objects)


def show(spec: Spec, keras: bool = False, inputs: Mapping[str, object] | None = None) -> Summary:
    """What a spec's model or layer is made of, step by step.

    Args:
        spec: A spec of a model, or of a layer.
        keras: Ask Keras, which builds the model, but computes no weight. Without it, Keras is
            asked only for what the catalog's rules don't know.
        inputs: For a layer, the shape of each input by name, the batch first: `{"x": [None, 8]}`.

    Raises:
        SpeccError: the document is neither, the inputs are wrong, or Keras refuses a step.
    """
    spec = spec if inputs is None else layer_at(spec, inputs)
    graph = model_graph(spec)
    known = None if keras else known_summary(spec)
    if known is not None:
        return known
    from specc.keras_backend.summary import summarize

    return summarize(graph)


def save(
    spec: Spec,
    path: AnyPath,
    seed: int | None = None,
    max_parameters: int | None = None,
    force: bool = False,
) -> None:
    """Compiles a spec to a file: `.keras`, `.json` (the Keras config), or `.py` (Keras code).

    A single object or layer has no weights, so only its config can be written.

    Args:
        spec: What `load` or `loads` gave.
        path: The file; its suffix says what it becomes.
        seed: As for `compile`; a config holds no weights.
        max_parameters: As for `compile`.
        force: Whether the file may be overwritten.

    Raises:
        SpeccError: the spec can't be compiled, or not to this file.
    """
    writers = {".keras": _save_archive, ".json": _save_config, ".py": _save_code}
    if (write := writers.get(Path(path).suffix)) is None:
        known = ", ".join(f"`{suffix}`" for suffix in writers)
        raise SpeccError([Diagnostic("S805", f"`{Path(path).name}` ends in none of {known}")])
    with atomic_path(path, force) as temporary:
        write(spec, temporary, held_seed(seed), max_parameters)


def _save_archive(spec: Spec, path: Path, seed: int | None, max_parameters: int | None) -> None:
    model_graph(spec)
    model = compile(spec, seed, max_parameters)
    from specc.keras_backend.saving import write_keras

    write_keras(model, path, spec.text, facts_of(spec, seed))


def _save_config(spec: Spec, path: Path, _seed: int | None, _max_parameters: int | None) -> None:
    from specc import keras_backend
    from specc.keras_backend.saving import model_json, object_json
    from specc.keras_config import compile_config

    if isinstance(spec.document, KerasObject | Layer):
        text = object_json(compile(spec))
    else:
        graph = model_graph(spec)
        model, _ = keras_backend.build_unfilled(graph)
        text = model_json(model, compile_config(graph))
    path.write_text(text, encoding="utf-8", newline="\n")


def _save_code(spec: Spec, path: Path, *_: object) -> None:
    path.write_text(codegen.code_of(spec, _importer(spec.trust)), "utf-8", newline="\n")

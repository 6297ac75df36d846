"""What specc does with weights, composed of its stages: planning, binding, saving. Row 7."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from specc.api.adapters import without_lora
from specc.api.deployments import Deployed, deployed
from specc.api.opened_weights import Opened, opened_weights
from specc.caller import held_limit, held_path, held_seed
from specc.diagnostics import Diagnostic, did_you_mean
from specc.errors import SpeccError
from specc.language import KerasObject
from specc.memory import no_collection
from specc.passes.moved import mover
from specc.source import atomic_path
from specc.spec import Spec, facts_of, model_graph
from specc.wanted import unnamed_layers, wanted_of
from specc.weights.ahead import ReadAhead
from specc.weights.old_layouts import as_today
from specc.weights.planning import (
    NAMELESS,
    Asked,
    Kind,
    Plan,
    SlotsView,
    Wanted,
    WeightFile,
    make_plan,
    parse_globs,
)
from specc.weights.verify import not_finite

if TYPE_CHECKING:
    from specc.ir import Graph
    from specc.keras_backend.records import Origin, Record
    from specc.references import Trust
    from specc.source.reader import AnyPath
    from specc.weights.source import Source

NON_TRAINABLE: Final = ("require", "fresh")
ONLY: Final = ("all", "trainable", "changed")
Progress = Callable[[int, int], None]


def plan(  # noqa: PLR0913 - all by name, each with a default
    model: Any,
    weights: object = None,
    *,
    fresh: Sequence[str] = (),
    non_trainable: str = "require",
    with_training: bool = False,
    trust: Collection[str] | Trust = (),
    finite: bool = False,
    progress: Progress | None = None,
) -> Plan:
    """What would be bound from where, and what is missing, unexpected or mismatched.

    No tensor is read unless `finite` asks for it, and Keras isn't needed where the catalog's
    rules know a spec's variables.

    Args:
        model: A spec, the file of one, or a Keras model; or a deployment, which says its weights.
        weights: Weight files, later ones over earlier ones: paths, or mappings with `from` and
            rules (`select`, `rename`, `transpose`, `cast`, `fresh`, `ignore`, `match`), `mapping`
            (the file of a `mapping` document) and `sha256`, which `bind` compares.
        fresh: Globs over slots that start fresh, whatever the files have.
        non_trainable: `require`, or `fresh`: state that no file has starts fresh.
        with_training: Whether optimizer and random generators are bound too.
        trust: As for `load`, if `model` is a file.
        finite: Whether what would be bound is read, and tensors with values that are NaN or
            infinite are counted, in `not_finite`, and told of, in `warnings`.
        progress: Is told how many tensors were read, of how many.

    Raises:
        SpeccError: the spec has errors, a rule is none, or a file can't be opened.
    """
    work = _wanted_of(model, weights, non_trainable, trust)
    with no_collection(), opened_weights(work.weights) as opened:
        asked = _asked(work.model, fresh, work.non_trainable, with_training)
        made = _plan(work.model, opened, asked)
        return _with_not_finite(made, opened, progress) if finite else made


def _with_not_finite(made: Plan, opened: Opened, progress: Progress | None) -> Plan:
    """A plan with warnings of the tensors that hold values that are no numbers."""
    warnings: list[Diagnostic] = []
    for done, bound in enumerate(made.bound, 1):
        source = opened[bound.file][1]
        warnings.extend(not_finite(source, bound.key, source.read(bound.key)))
        if progress is not None:
            progress(done, len(made.bound))
    return replace(made, warnings=(*made.warnings, *warnings), not_finite=len(warnings))


def bind(  # noqa: PLR0913 - all by name, each with a default
    model: Any,
    weights: object = None,
    *,
    seed: int | None = None,
    fresh: Sequence[str] = (),
    non_trainable: str = "require",
    mmap: bool = False,
    with_training: bool = False,
    merge_lora: bool = False,
    max_parameters: int | None = None,
    trust: Collection[str] | Trust = (),
    progress: Progress | None = None,
) -> Any:
    """A spec's Keras model with weights from files; or a live model, given those weights.

    Everything is checked before anything is bound, and nothing is computed for variables that a
    file provides. A live model stays as it was if anything fails.

    Args:
        model: A spec, the file of one, or a Keras model, which is changed.
        weights: As for `plan`.
        seed: Makes what starts fresh repeatable.
        fresh: As for `plan`.
        non_trainable: As for `plan`.
        mmap: Whether variables may be views of the files, read when they are first used. Nobody
            may then change the files in place, or cut them short, which ends the process.
        with_training: As for `plan`.
        merge_lora: Whether the spec's adapters are folded into the weights that they change, as
            Keras does when it saves: the model is that of the spec without `lora`.
        max_parameters: More parameters are refused before any is allocated.
        trust: As for `load`, if `model` is a file.
        progress: Is told how many tensors were read, of how many.

    Raises:
        SpeccError: the plan doesn't bind, with all that is wrong; or a file is damaged.
    """
    seed, max_parameters = held_seed(seed), held_limit(max_parameters)
    work = _wanted_of(model, weights, non_trainable, trust)
    model = work.model
    plain = _plain(model, with_training) if merge_lora else None
    with no_collection(), opened_weights(work.weights, whole=True) as opened:
        made = _plan(model, opened, _asked(model, fresh, work.non_trainable, with_training))
        if not made.ok:
            raise SpeccError(made.diagnostics)
        from specc import keras_backend

        limit = keras_backend.MAX_PARAMETERS if max_parameters is None else max_parameters
        sources = [source for _, source in opened]
        bound = _bound(model, made, sources, seed, mmap, limit, progress)
    if not isinstance(model, Spec):
        return bound
    if plain is not None:
        from specc.keras_backend.merging import merge_adapters

        bound = merge_adapters(model_graph(plain), bound, limit)
    keras_backend.remember_spec(bound, (plain or model).provenance)
    return bound


def _bound(
    model: Any,
    made: Plan,
    sources: Sequence[Source],
    seed: int | None,
    mmap: bool,
    limit: int,
    progress: Progress | None,
) -> Any:
    """The model with a plan's values; a spec's is built for them."""
    from specc.keras_backend.binding import Values, bind_graph, bind_model, silent

    with ReadAhead(() if mmap else _requests(made, sources, limit)) as ahead:
        values = Values(made, sources, mmap, progress or silent, ahead)
        if isinstance(model, Spec):
            return bind_graph(model_graph(model), values, seed, limit)
        bind_model(model, values)
        return model


def _plain(model: Any, training: bool) -> Spec:
    """The spec without adapters, where these are to be merged."""
    if training:
        what = "`merge_lora` takes away the variables that an optimizer goes on with"
        raise SpeccError([Diagnostic("S920", what)])
    if not isinstance(model, Spec):
        what = "`merge_lora` makes a model of a spec without `lora`: give the spec"
        raise SpeccError([Diagnostic("S920", what)])
    return without_lora(model)


def _requests(made: Plan, sources: Sequence[Source], limit: int) -> list[tuple[Source, str]]:
    """The tensors to read while the model is built; none if it will be refused as too big."""
    requests = [(sources[each.file], each.key) for each in made.bound]
    total = sum(math.prod(source.tensors()[key].shape) for source, key in requests)
    return requests if total <= limit else []


def save_weights(  # noqa: PLR0913 - all by name, each with a default
    model: Any,
    path: AnyPath,
    only: str = "all",
    *,
    base: object = None,
    leave_changed: bool = False,
    with_training: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> str:
    """Writes a model's weights, with their keys and digests; whole, or not at all.

    Args:
        model: A built Keras model.
        path: The file; its suffix says the format.
        only: `all`; `trainable`: the variables that train, and no others; or `changed`: those
            that the base doesn't have as they are now, trained or not.
        base: The files that the new one is to complete, as for `plan`; what the model was bound
            with, or was last saved in as a whole, if not given.
        leave_changed: Whether `trainable` may leave out what changed since, and is in no file.
        with_training: Whether optimizer and random generators go along, to resume by.
        force: Whether an existing file may be replaced.
        progress: Is told how many tensors were written, of how many.

    Returns:
        The file's content digest.

    Raises:
        SpeccError: the suffix isn't known, the file exists or can't be written, a base can't be
            read, or what is left out changed.
        ValueError: `only` is none of these.
    """
    if only not in ONLY:
        raise ValueError(f"`only` is {', '.join(f'`{each}`' for each in ONLY)}, not {only!r}")
    from specc.keras_backend.saved import Saving, whole_file
    from specc.keras_backend.weight_files import write_weights

    base = whole_file(model) if base is None and only != "all" else base
    basis = None if base is None else _basis(model, base)
    saving = Saving(only, with_training, leave_changed, basis)
    return write_weights(model, Path(held_path(path)), saving, force, progress)


def provenance(model: Any, check: bool = False) -> dict[str, Origin]:
    """Where each variable of a Keras model has its value from, by its slot's key.

    That is a file, the tensor's key in it and its digest, and what was done with it; or the seed
    that it started fresh by. Of models that specc neither made nor bound nor loaded it is nothing.

    Args:
        model: A built Keras model.
        check: Whether the variables are compared with the digests of what they were given:
            `unchanged` is then true or false, or None where no digest is known.
    """
    from specc.keras_backend.tracing import trace

    return trace(model, check)


def under_slots(spec: Spec) -> Callable[[Source], Source]:
    """What shows a weight file's tensors under the keys of a spec's slots, so far as it has them.

    What is returned raises SpeccError for a file that has none.
    """
    wanted, asked = _wanted(spec, training=False), _asked(spec, (), "fresh", training=False)

    def seen(source: Source) -> Source:
        source = as_today(source)
        found = make_plan(wanted, [(WeightFile(str(source.path)), source)], asked)
        if not found.bound:
            message = f"nothing in `{source.path}` is for a variable of `{spec.name}`"
            nameless = found.files[0].nameless
            hint = NAMELESS if nameless else "`specc plan` tells what doesn't fit"
            raise SpeccError([Diagnostic("S921", message, help=hint)])
        return SlotsView(source, found)

    return seen


def _basis(model: Any, base: object) -> Record:
    """What files have for a live model's variables, all or not."""
    from specc.keras_backend.binding import basis_of

    with opened_weights(base) as opened:
        made = _plan(model, opened, _asked(model, (), "fresh", False))
        return basis_of(model, made, [source for _, source in opened])


def _wanted_of(
    model: Any, weights: object, non_trainable: str, trust: Collection[str] | Trust
) -> Deployed:
    """A spec or a Keras model, with its files, those of a deployment among them."""
    found = deployed(model, weights, non_trainable, trust)
    if isinstance(found.model, Spec) and isinstance(found.model.document, KerasObject):
        model_graph(found.model)  # which says that it is no model
    return found


def _asked(model: Any, fresh: Sequence[str], non_trainable: str, training: bool) -> Asked:
    if non_trainable not in NON_TRAINABLE:
        hint = did_you_mean(str(non_trainable), NON_TRAINABLE)
        message = f"`non_trainable` is `require` or `fresh`, not `{non_trainable}`"
        raise SpeccError([Diagnostic("S920", message, help=hint)])
    globs = parse_globs("fresh", list(fresh) if not isinstance(fresh, str) else fresh)
    if not isinstance(model, Spec):
        return Asked(globs, non_trainable, training)
    graph = model_graph(model)
    return Asked(globs, non_trainable, training, cache(lambda: model.digest), mover(graph))


def _plan(model: Any, opened: Opened, asked: Asked) -> Plan:
    made = make_plan(_wanted(model, asked.training), opened, asked)
    return replace(made, warnings=(*opened.warnings.sorted(), *made.warnings))


def _wanted(model: Any, training: bool) -> list[Wanted]:
    if not isinstance(model, Spec):
        from specc.keras_backend.training_state import wanted_optimizer
        from specc.keras_backend.wanted import wanted_of as wanted_of_model

        return [*wanted_of_model(model), *(wanted_optimizer(model) if training else ())]
    graph = model_graph(model)
    if training:
        return _wanted_for_training(graph)
    known = wanted_of(graph)
    return _wanted_by_keras(graph) if known is None or _unsure(known) else known


def needs_keras(spec: Spec, with_training: bool = False) -> bool:
    """Whether planning for a spec takes Keras: for an optimizer, or where rules don't know it."""
    known = None if with_training else wanted_of(model_graph(spec))
    return known is None or _unsure(known)


def _unsure(slots: Sequence[Wanted]) -> bool:
    return any(
        slot.shape is None or (None in slot.shape and slot.kind is not Kind.TABLE) for slot in slots
    )


def _wanted_for_training(graph: Graph) -> list[Wanted]:
    """The same with the optimizer's variables, which only Keras knows, of a model with values."""
    if graph.training is None:
        message = f"`{graph.name}` has no `training`, so there is no optimizer to go on with"
        raise SpeccError([Diagnostic("S920", message, graph.origin)])
    from specc.keras_backend.compilation import compile_graph
    from specc.keras_backend.training_state import wanted_optimizer, zeros
    from specc.keras_backend.wanted import wanted_of as wanted_of_model

    model = compile_graph(graph, given=zeros)
    return [*wanted_of_model(model, set(unnamed_layers(graph))), *wanted_optimizer(model)]


def _wanted_by_keras(graph: Graph) -> list[Wanted]:
    from specc.keras_backend import build_unfilled
    from specc.keras_backend.wanted import wanted_of as wanted_of_model

    model, _ = build_unfilled(graph)
    return wanted_of_model(model, set(unnamed_layers(graph)))


TARGETS: Final = (".keras", ".weights.h5", ".safetensors", ".npz", ".ckpt")
"""What a bound model is written to by suffix; a name without one is a SavedModel's folder."""


def is_target(path: AnyPath) -> bool:
    """Whether a bound model can be written to a path, so far as its name says."""
    name = Path(path).name
    return name.endswith(TARGETS) or "." not in name


def write_bound(
    spec: Spec,
    model: Any,
    path: AnyPath,
    with_training: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> None:
    """Writes a bound model, whole or not at all; the suffix says what it becomes.

    Raises:
        SpeccError: the suffix isn't known, the output exists or can't be written.
    """
    place = Path(path)
    if "." not in place.name:
        from specc.keras_backend.saving import write_saved_model

        write_saved_model(model, place, force)
    elif place.suffix == ".keras":
        from specc.keras_backend.saving import write_keras

        with atomic_path(place, force) as temporary:
            write_keras(model, temporary, spec.text, facts_of(spec))
    else:
        save_weights(model, place, with_training=with_training, force=force, progress=progress)

"""Deployments: which weights a model is to have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from specc.api import specs as api
from specc.diagnostics import Diagnostic, Diagnostics, did_you_mean
from specc.errors import SpeccError
from specc.language import Deployment
from specc.passes import Given
from specc.source.nodes import Mapping, Sequence, to_plain
from specc.spec import Spec, model_graph
from specc.weights.planning import WeightFile, parse_files

if TYPE_CHECKING:
    from specc.diagnostics import Span
    from specc.references import Trust
    from specc.source.nodes import Node
    from specc.source.reader import Reader

NON_TRAINABLE: Final = ("require", "fresh")
_OF_KEYS: Final = {"S126": "variant", "S803": "model"}
"""Codes of what a key of the deployment says: no such variant, a document that is no model."""


@dataclass(frozen=True)
class Deployed:
    """What is to be bound: a model, to weight files, and what becomes of state."""

    model: Any
    weights: object
    non_trainable: str


@dataclass(frozen=True)
class Listed:
    """A weight file of a deployment, and where it is written."""

    node: Node
    file: WeightFile

    @property
    def span(self) -> Span:
        """Where its path stands."""
        return self.node.entries["from"].value.span if isinstance(self.node, Mapping) else (
            self.node.span
        )  # fmt: skip


def deployed(
    model: Any, weights: object, non_trainable: str, trust: Collection[str] | Trust = ()
) -> Deployed:
    """The same, with the model and the weights of a deployment in its place.

    Args:
        model: A spec, the file of one, or a Keras model.
        weights: Files; those of a deployment come before them.
        non_trainable: What the caller says; a deployment's `fresh` counts too.
        trust: As for `load`, if `model` is a file.

    Raises:
        SpeccError: the deployment, or the spec that it names, has errors.
    """
    if isinstance(model, str | Path) or hasattr(model, "__fspath__"):
        model = api.load(model, trust=trust)
    if not isinstance(model, Spec) or not isinstance(model.document, Deployment):
        return Deployed(model, weights, non_trainable)
    document, folder = model.document, model.path.parent if model.path else Path()
    diagnostics = Diagnostics()
    spec = spec_of(document, folder, model.trust, diagnostics)
    listed = list(files_of(document, folder, diagnostics))
    state = state_of(document, diagnostics) if non_trainable == "require" else non_trainable
    if spec is None or diagnostics.has_errors:
        raise SpeccError(diagnostics.sorted())
    files = [*(each.file for each in listed), *parse_files(() if weights is None else weights)]
    return Deployed(spec, files, state)


def spec_of(
    document: Deployment,
    folder: Path,
    trust: Trust,
    diagnostics: Diagnostics,
    reader: Reader | None = None,
) -> Spec | None:
    """The spec that a deployment is of; None if it has errors, which are reported.

    Args:
        document: The deployment.
        folder: Where it stands.
        trust: Python packages that the spec may import classes from.
        diagnostics: Told of what is wrong: at the deployment's line, or in the spec at its own.
        reader: Where texts come from; the disk, if not given.
    """
    params = _params(document)
    place = beside(folder, document.model)
    try:
        spec = api.load(place, document.variant, params, trust, reader)
        model_graph(spec)
        return spec
    except SpeccError as error:
        for each in error.diagnostics:
            key = _OF_KEYS.get(each.code, "" if each.span else "model")
            diagnostics.add(replace(each, span=document.span(key)) if key else each)
    return None


def _params(document: Deployment) -> dict[str, Given]:
    """The values that a deployment gives its spec's parameters, with their places."""
    return {
        name: Given(to_plain(node), node.span, document.span("params", name, key=True))
        for name, node in document.params.items()
    }


def state_of(document: Deployment, diagnostics: Diagnostics) -> str:
    """What is to become of state that no file has: `require` or `fresh`."""
    state = document.non_trainable
    if state not in NON_TRAINABLE:
        message = f"`non_trainable` is `require` or `fresh`, not `{state}`"
        hint = did_you_mean(state, NON_TRAINABLE)
        diagnostics.error("S920", message, document.span("non_trainable"), label=hint)
    return state


def files_of(document: Deployment, folder: Path, diagnostics: Diagnostics) -> Iterator[Listed]:
    """A deployment's files, their paths relative to it; those with problems are reported."""
    node = document.weights
    entries: Iterable[Node] = node.items if isinstance(node, Sequence) else [node] if node else []
    for entry in entries:
        problems = list(_problems(entry))
        if problems:
            diagnostics.extend(problems)
            continue
        file = parse_files([to_plain(entry)])[0]
        mapping = beside(folder, file.mapping) if file.mapping else ""
        yield Listed(entry, replace(file, path=beside(folder, file.path), mapping=mapping))


def _problems(entry: Node) -> Iterator[Diagnostic]:
    """What is wrong with the form of an entry, each rule at its own place."""
    if not isinstance(entry, Mapping) or "from" not in entry.entries:
        yield from _problems_at(to_plain(entry), entry.span)
        return
    path = to_plain(entry.entries["from"].value)
    for name, rule in entry.entries.items():
        known = {name: to_plain(rule.value)}
        span = rule.value.span
        yield from _problems_at(known if name == "from" else {"from": path, **known}, span)


def _problems_at(value: object, span: Span) -> Iterator[Diagnostic]:
    try:
        parse_files([value])
    except SpeccError as error:
        yield from (replace(each, span=span) for each in error.diagnostics)


def beside(folder: Path, path: str | Path) -> Path:
    """A path from a folder; relative to the working directory where it lies below it."""
    place = (folder / path).parent.resolve() / Path(path).name
    return place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place

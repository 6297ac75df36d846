"""Deployments: which weights a model is to have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc.api import specs as api
from specc.errors import SpeccError
from specc.language import Deployment
from specc.source.nodes import Sequence, to_plain
from specc.spec import Spec
from specc.weights.planning import WeightFile, parse_files

if TYPE_CHECKING:
    from specc.references import Trust
    from specc.source.nodes import Node


@dataclass(frozen=True)
class Deployed:
    """What is to be bound: a model, to weight files, and what becomes of state."""

    model: Any
    weights: object
    non_trainable: str


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
    params = {name: to_plain(node) for name, node in document.params.items()}
    spec = api.load(_beside(folder, document.model), document.variant, params, model.trust)
    files = [*_files(document.weights, folder), *parse_files(() if weights is None else weights)]
    state = document.non_trainable if non_trainable == "require" else non_trainable
    return Deployed(spec, files, state)


def _files(node: Node | None, folder: Path) -> Iterator[WeightFile]:
    """A deployment's files; their paths are relative to it, and problems are at their lines."""
    entries: Iterable[Node] = node.items if isinstance(node, Sequence) else [node] if node else []
    for entry in entries:
        try:
            found = parse_files([to_plain(entry)])
        except SpeccError as error:
            raise SpeccError(
                [replace(each, span=entry.span) for each in error.diagnostics]
            ) from None
        for file in found:
            mapping = _beside(folder, file.mapping) if file.mapping else ""
            yield replace(file, path=_beside(folder, file.path), mapping=mapping)


def _beside(folder: Path, path: str | Path) -> Path:
    """A path from a folder; relative to the working directory where it lies below it."""
    place = (folder / path).parent.resolve() / Path(path).name
    return place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place

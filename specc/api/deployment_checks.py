"""What can be known of a deployment without Keras: that its files are there, and would bind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from specc.api.deployments import Listed, files_of, spec_of, state_of
from specc.api.opened_weights import open_weights
from specc.diagnostics import Diagnostic, Diagnostics
from specc.errors import SpeccError
from specc.source.nodes import Mapping, Scalar
from specc.source.nodes import Sequence as SequenceNode
from specc.spec import Spec, model_graph
from specc.wanted import wanted_of
from specc.weights.planning import CODES, Plan
from specc.weights.planning.covering import Meaningless, meaningless

if TYPE_CHECKING:
    from pathlib import Path

    from specc.diagnostics import Span
    from specc.language import Deployment
    from specc.references import Trust
    from specc.source.nodes import Node
    from specc.source.reader import Reader


@dataclass(frozen=True)
class Depth:
    """How much is done to know.

    Attributes:
        keras: Whether Keras may be asked for variables that the rules don't know.
        digests: Whether files are read whole, and compared with their `sha256`.
    """

    keras: bool = False
    digests: bool = False


def check_deployment(
    document: Deployment, folder: Path, trust: Trust, reader: Reader, depth: Depth
) -> list[Diagnostic]:
    """Everything that is wrong with a deployment: its spec, its files, their rules, the plan.

    Args:
        document: The deployment.
        folder: Where it stands.
        trust: Python packages that its spec may import classes from.
        reader: Where texts come from; weight files are the disk's.
        depth: How much is done.
    """
    found = Diagnostics()
    spec = spec_of(document, folder, trust, found, reader)
    listed = list(files_of(document, folder, found))
    state = state_of(document, found)
    all_listed = not found.has_errors
    for each in listed:
        found.extend(_problems_of_file(each, depth.digests))
    if spec is None:
        return found.sorted()
    found.extend(_without_meaning(spec, listed))
    # Not among the others, of which only one is kept for each code and place.
    complete = all_listed and listed and not found.has_errors
    planned = _planned(spec, document, listed, state, depth.keras) if complete else ()
    return [*found.sorted(), *planned]


def _problems_of_file(listed: Listed, digests: bool) -> Iterator[Diagnostic]:
    """What opening it brings up; what is in its mapping stands there."""
    warnings = Diagnostics()
    try:
        with ExitStack() as stack:
            open_weights(listed.file, stack, warnings, whole=digests)
    except SpeccError as error:
        yield from _placed(error.diagnostics, listed.span)
    else:
        yield from warnings


def _placed(problems: Iterable[Diagnostic], span: Span) -> Iterator[Diagnostic]:
    yield from (each if each.span else replace(each, span=span) for each in problems)


def _without_meaning(spec: Spec, listed: Sequence[Listed]) -> Iterator[Diagnostic]:
    """Globs of rules that cover none of the spec's variables."""
    slots = wanted_of(model_graph(spec))
    keys = [slot.key for slot in slots or ()]
    for each in listed if slots is not None else ():
        for glob in meaningless(each.file.rules, keys):
            yield replace(glob.diagnostic(), span=_span_of(each.node, glob))


def _span_of(entry: Node, glob: Meaningless) -> Span:
    """Where a rule has a glob."""
    if not isinstance(entry, Mapping):
        return entry.span
    node = entry.entries[glob.rule].value
    if isinstance(node, Mapping):
        keys = [each.key for name, each in node.entries.items() if name == glob.text]
        return keys[0].span if keys else node.span
    items = node.items if isinstance(node, SequenceNode) else []
    same = [each for each in items if isinstance(each, Scalar) and each.value == glob.text]
    return same[0].span if same else node.span


def _planned(
    spec: Spec, document: Deployment, listed: Sequence[Listed], state: str, keras: bool
) -> Iterator[Diagnostic]:
    """What keeps the files from binding, each at the file that it is about."""
    from specc.api.weights import needs_keras, plan

    if not keras and needs_keras(spec):
        return
    made = plan(spec, [each.file for each in listed], non_trainable=state)
    for place, each in enumerate(listed):
        yield from _placed(_only(made, place).diagnostics, each.span)
    yield from _placed(_only(made, -1).diagnostics, document.span("weights", key=True))


def _only(made: Plan, place: int) -> Plan:
    """A plan with the problems of one file; with those of none, and no warnings, for -1."""
    kinds: dict[str, Any] = {
        kind: tuple(each for each in getattr(made, kind) if each.file == place) for kind in CODES
    }
    others = made.others if place < 0 else ()
    return replace(made, **kinds, others=others, warnings=())

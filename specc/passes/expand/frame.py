"""Where a body stands: its graph, its scope of names, and what its names mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from specc.catalog.rules import TensorSpec
from specc.diagnostics import Diagnostics, Span
from specc.expressions import STATIC_FUNCTIONS, Budget
from specc.ir import DeclaredLayer, Graph, Operation, Tensor
from specc.language import Block, Step
from specc.language.fields import is_local_name
from specc.passes.expand.builder import GraphBuilder
from specc.passes.memo import Memo
from specc.passes.poison import POISON
from specc.passes.unit import Meaning, Unit
from specc.source.nodes import Entry as EntryNode
from specc.source.reader import Reader

MAX_STEPS = 100_000
"""Steps and calls that one spec may expand to: ten times a model of 10,000 layers, which is ten
times the largest of `keras.applications`. Each costs about 50 µs, so a product of nested `repeat`s
is refused within seconds."""

GRANTED = 20
"""Steps of evaluation that each step of a body adds to those its expressions may take."""


class Abort(Exception):  # noqa: N818 - it ends an expansion, and is reported by then
    """Ends the expansion of a spec that would grow without bound."""


class BuildModel(Protocol):
    """Builds the graph of a model that is used as a layer."""

    def __call__(
        self,
        meaning: Meaning,
        arguments: Mapping[str, object],
        origin: Span,
        frame: Frame,
        entries: Mapping[str, EntryNode],
    ) -> Graph | None:
        """The graph; None, with a diagnostic, if it is none. `entries`: its arguments."""


class Declare(Protocol):
    """Makes what a use of a declared layer stands for."""

    def __call__(
        self,
        meaning: Meaning,
        arguments: Mapping[str, object],
        origin: Span,
        frame: Frame,
        entries: Mapping[str, EntryNode],
    ) -> DeclaredLayer | None:
        """The layer; None, with a diagnostic, if it can't be made."""


@dataclass
class Context:
    """What one expansion shares: where problems go, how files are read, how much is left.

    `expand_body`, `build_model`, `declare` and `result_of` are those of `steps`, `models`,
    `declared` and `results`, which need what needs them: bodies hold loops, and loops bodies.
    """

    diagnostics: Diagnostics
    reader: Reader
    expand_body: Callable[[Sequence[Step], Frame], object]
    build_model: BuildModel
    declare: Declare
    result_of: Callable[[Block, Frame], object]
    steps_left: int = MAX_STEPS
    budget: Budget = field(default_factory=Budget)
    unit_params: dict[int, Mapping[str, object]] = field(default_factory=dict)
    lines: dict[Path, list[str]] = field(default_factory=dict)
    memo: Memo = field(default_factory=Memo)
    expanded: set[int] = field(default_factory=set)

    def spend(self, span: Span, count: int = 1) -> None:
        """Counts a step, or what costs as much as several.

        Raises:
            Abort: the spec expands to too many.
        """
        self.steps_left -= count
        if self.budget.left >= 0:
            self.budget.left += GRANTED
        if self.steps_left < 0:
            self.diagnostics.error(
                "S701", f"the spec expands to more than {MAX_STEPS:,} steps", span,
                help="a model of so many layers can't be built; look at the loops' counts",
            )  # fmt: skip
            raise Abort


@dataclass(eq=False)
class Sublayer:
    """A layer that is held by name; it enters the graph when it is first called."""

    operation: Operation
    index: int | None = None
    used: bool = False


class Scope(Mapping[str, object]):
    """The names that code sees, with what is known of the tensors among their values.

    Like a ChainMap, whose look-ups take three times as long: a layer costs a dozen of them.
    """

    def __init__(self, specs: Mapping[Tensor, TensorSpec], *maps: Mapping[str, object]) -> None:
        self.maps = maps
        self.specs = specs
        self.previous: Callable[[], object] = lambda: None
        self.incomplete = False
        """Whether names are missing that a table should have made, whose problem is reported."""

    def __contains__(self, name: object) -> bool:
        for names in self.maps:  # noqa: SIM110 - a generator costs more than the look-ups
            if name in names:
                return True
        return False

    def __getitem__(self, name: str) -> object:
        for names in self.maps:
            if name in names:
                return names[name]
        raise KeyError(name)

    def get(self, name: str, default: object = None) -> object:
        """The value of a name, or the default."""
        for names in self.maps:
            if name in names:
                return names[name]
        return default

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for names in self.maps for name in names})

    def __len__(self) -> int:
        return len({name for names in self.maps for name in names})


class Several:
    """The step before the first of a body with several inputs: which one isn't said."""


SEVERAL = Several()


@dataclass
class Frame:
    """The state of one body's expansion.

    Attributes:
        context: What the whole expansion shares.
        unit: The document that the body is written in.
        builder: The graph that it adds to.
        scope: The key that its names stand below.
        outer: The parameters of the document, those that the block's own don't hide.
        params: The block's parameters, and loop variables.
        layers: The sublayers held by name.
        weights: The weights of a layer's own.
        methods: The further entry points of a layer, which its body may call.
        states: Of a cell, what the states are next; None where that isn't said yet.
        run_time: What a layer's code knows when it runs: whether it trains.
        locals: What steps were called, by `as`, `name`, `collect` and `expr`.
        blocks: The locals that stand for a block's output, not for a layer's.
        previous: The value of `_`.
        value: The value of the last step, which may be several outputs.
        inside: The definitions that are being expanded.
        defaults: `trainable` and `dtype` for the layers within, where a block says so.
        document_params: The parameters of the document, all of them.
    """

    context: Context
    unit: Unit
    builder: GraphBuilder
    scope: str = ""
    outer: Mapping[str, object] = field(default_factory=dict)
    params: dict[str, object] = field(default_factory=dict)
    layers: dict[str, Sublayer] = field(default_factory=dict)
    weights: dict[str, object] = field(default_factory=dict)
    methods: Mapping[str, Meaning] = field(default_factory=dict)
    states: dict[str, object] = field(default_factory=dict)
    run_time: Mapping[str, object] = field(default_factory=dict)
    locals: dict[str, object] = field(default_factory=dict)
    blocks: set[str] = field(default_factory=set)
    previous: object = SEVERAL
    value: object = SEVERAL
    inside: tuple[Meaning, ...] = ()
    defaults: Mapping[str, object] = field(default_factory=dict)
    document_params: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        maps = self.locals, self.layers, self.weights, self.params, self.outer, self.run_time
        self.names = Scope(self.builder.specs, *maps)
        self.names.previous = lambda: self.previous

    @contextmanager
    def below(self, scope: str, defaults: Mapping[str, object]) -> Iterator[None]:
        """Within, names stand below another key, and layers have other defaults."""
        saved = self.scope, self.defaults
        self.scope, self.defaults = scope, {**self.defaults, **defaults}
        try:
            yield
        finally:
            self.scope, self.defaults = saved

    def bind(
        self, name: str, value: object, span: Span, block: bool = False, named: bool = False
    ) -> None:
        """Gives a local a value; a later one rebinds it. What can't be a local is left alone.

        `named`: it comes from a step's `name`, which is for weights, and no word of expressions.
        """
        if not is_local_name(name):
            return
        if not named:
            self.note_hidden(name, span)
        hidden = "a parameter or loop variable" if name in self.params or name in self.outer else (
            "a sublayer" if name in self.layers else "a weight" if name in self.weights else ""
        )  # fmt: skip
        if hidden:
            self.context.diagnostics.error(
                "S402",
                f"`{name}` would hide {hidden} of that name",
                span,
                help="choose another name",
            )
            value = POISON
        self.locals[name] = value
        if self.builder.in_layer and isinstance(value, Tensor):
            self.builder.name_local(value, name)
        (self.blocks.add if block else self.blocks.discard)(name)

    def note_hidden(self, name: str, span: Span) -> None:
        """Notes that a name hides a definition or a function of the language."""
        what = "definition" if name in self.unit.meanings else "function"
        if name in self.unit.meanings or name in STATIC_FUNCTIONS:
            self.context.diagnostics.note("S426", f"`{name}` hides the {what} of that name", span)

    @contextmanager
    def variables(self, values: Mapping[str, object], span: Span) -> Iterator[None]:
        """Within, loop variables have values."""
        for name in values:
            self.note_hidden(name, span)
            if self.names.get(name, POISON) is not POISON:
                self.context.diagnostics.error(
                    "S402", f"the loop variable `{name}` would hide what `{name}` means already",
                    span, help="choose another name",
                )  # fmt: skip
        saved = {name: self.params[name] for name in values if name in self.params}
        self.params.update(values)
        try:
            yield
        finally:
            for name in values:
                del self.params[name]
            self.params.update(saved)


__all__ = ["POISON", "SEVERAL", "Abort", "Context", "Frame", "Sublayer"]

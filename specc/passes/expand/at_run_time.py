"""Declared layers as Keras calls them: their bodies followed when they are built and called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from specc.catalog.rules import Specs
from specc.diagnostics import Diagnostics
from specc.errors import SpeccError
from specc.ir import CallInput, DeclaredLayer, LayerBody
from specc.language import Definition, Method, Param
from specc.passes.embed import read_embedded
from specc.passes.expand.binding import make_binder
from specc.passes.expand.declared import (
    call_inputs,
    declared_layer,
    follow_ways,
    given_inputs,
    model_form,
)
from specc.passes.expand.frame import Abort, Context
from specc.passes.expand.layer_body import (
    LayerSource,
    expand_layer,
    methods_of,
    state_sizes,
)
from specc.passes.expand.methods import method_inputs
from specc.passes.parameters import Given
from specc.passes.poison import POISON
from specc.passes.unit import Meaning
from specc.references import Importer

MakeContext = Callable[[Diagnostics], Context]
"""Makes the context of an expansion, which reports where it is told to."""


class LayerText:
    """A layer that a config holds as text, whatever its parameters.

    Attributes:
        name: The name of its class.
        doc: What it says of itself.
        inputs: What its call takes.
        form: How a model takes its inputs; empty for a layer.
        methods: Its further entry points, each with what it takes.
        exported: The names of those that a SavedModel has signatures for.
    """

    def __init__(
        self,
        layer: str,
        texts: Mapping[str, str],
        make_context: MakeContext,
        importer: Importer,
    ) -> None:
        """Reads the texts.

        Raises:
            SpeccError: they are wrong.
        """
        diagnostics = Diagnostics()
        found = read_embedded(layer, texts, diagnostics, importer)
        if found is None or diagnostics.has_errors:
            raise SpeccError(diagnostics.sorted())
        self._make_context = make_context
        self._meaning, outer = found
        self._outer = self._bound(outer)
        block = self._meaning.block
        self.name = self._meaning.name
        self.doc = block.doc
        self.inputs = call_inputs(block)
        self.form = model_form(block)
        methods = methods_of(block, self._meaning.unit, diagnostics)
        self.methods: Mapping[str, tuple[CallInput, ...]] = {
            name: call_inputs(meaning.block) for name, meaning in methods.items()
        }
        self.exported = tuple(
            name
            for name, each in methods.items()
            if isinstance(each.block, Method) and each.block.export
        )
        self.is_cell = block.states is not None

    def _bound(self, outer: Mapping[str, object]) -> dict[str, object]:
        """The values of the parameters around the layer."""
        declared = {name: value for name, value in outer.items() if isinstance(value, Param)}
        if not declared:
            return dict(outer)
        return self._bind(declared, {}, {}, self._meaning)

    def _bind(
        self,
        declared: Mapping[str, Param],
        given: Mapping[str, object],
        outer: Mapping[str, object],
        meaning: Meaning,
    ) -> dict[str, object]:
        diagnostics = Diagnostics()
        values = {name: Given(value, None) for name, value in given.items()}
        context = self._make_context(diagnostics)
        bound = make_binder(declared, values, outer, meaning.unit, context).bind(
            f"`{meaning.name}`", meaning.block.node.span
        )
        if diagnostics.has_errors or any(value is POISON for value in bound.values()):
            raise SpeccError(diagnostics.sorted())
        return bound

    def with_params(self, params: Mapping[str, object], dtype: object) -> LayerAtRunTime:
        """The layer of some parameters.

        Raises:
            SpeccError: it doesn't take them.
        """
        block = self._meaning.block
        outer = self._outer if isinstance(block, Definition) else {}
        values = self._bind(block.params, params, outer, self._meaning)
        source = LayerSource(self._meaning, values, outer, (), dtype)
        return LayerAtRunTime(self, source, self._make_context)


class LayerAtRunTime:
    """A layer with its parameters."""

    def __init__(self, text: LayerText, source: LayerSource, make_context: MakeContext) -> None:
        self.text = text
        self._source = source
        self._make_context = make_context
        self.params = dict(source.params)

    def _checked(self, diagnostics: Diagnostics, value: object) -> None:
        if diagnostics.has_errors or not value:
            raise SpeccError(diagnostics.sorted())

    def declared(self) -> DeclaredLayer:
        """The layer, to be followed for any inputs.

        Raises:
            SpeccError: it has none.
        """
        diagnostics = Diagnostics()
        found = declared_layer(self._source, self._make_context(diagnostics))
        self._checked(diagnostics, found)
        assert found is not None  # noqa: S101 - just checked
        return found

    def ways(
        self, args: Sequence[Specs], kwargs: Mapping[str, Specs], dtype: object
    ) -> list[LayerBody]:
        """The body as it goes for some inputs: in inference, and in training if that differs.

        Raises:
            SpeccError: it can't be followed for these.
        """
        diagnostics = Diagnostics()
        given = given_inputs(self.text.inputs, self.text.form, args, kwargs)
        found: list[LayerBody] = []
        with suppress(Abort):
            found = follow_ways(self._source, given, self._make_context(diagnostics), dtype)
        self._checked(diagnostics, found)
        return found

    def given(self, args: Sequence[Specs]) -> Mapping[str, Specs]:
        """The specs of a call's arguments, by the names of the inputs."""
        return given_inputs(self.text.inputs, self.text.form, args, {})

    def method_inputs(self, name: str, given: Mapping[str, Specs]) -> dict[str, Specs]:
        """What is known of a method's inputs, where the layer's own are given.

        Raises:
            SpeccError: they are wrong.
        """
        diagnostics = Diagnostics()
        context = self._make_context(diagnostics)
        methods = methods_of(self._source.block, self._source.meaning.unit, diagnostics)
        found = method_inputs(self._source, methods[name].block, given, context)
        self._checked(diagnostics, True)
        return found

    def method(
        self,
        name: str,
        given: Mapping[str, Specs],
        called_on: Mapping[str, Specs],
        training: bool,
        dtype: object,
    ) -> LayerBody:
        """The body of a method for some inputs, of a layer of some.

        Raises:
            SpeccError: it can't be followed for these.
        """
        diagnostics = Diagnostics()
        context = self._make_context(diagnostics)
        body = expand_layer(self._source, given, training, context, dtype, name, called_on)
        self._checked(diagnostics, body)
        assert body is not None  # noqa: S101 - just checked
        return body

    def state_sizes(self) -> list[int]:
        """The sizes of a cell's states.

        Raises:
            SpeccError: they can't be told.
        """
        diagnostics = Diagnostics()
        sizes = state_sizes(self._source, self._make_context(diagnostics))
        self._checked(diagnostics, True)
        return [size for size in sizes.values() if size is not None]

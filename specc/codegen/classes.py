"""Declared layers and subclassed models, as classes of Keras's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from specc.catalog.rules import Specs
from specc.codegen.again import Again
from specc.codegen.bodies import CALLED, BodyWriter, Parts
from specc.codegen.building import build_start, build_trace, built_by_methods
from specc.codegen.expressions import class_header
from specc.codegen.families import Definition, Line, Use
from specc.codegen.followed import all_bodies, forms_of
from specc.codegen.forms import Way, given_specs, merged
from specc.codegen.generalising import BUILD, CALL, INIT, Generalised
from specc.codegen.layer_weights import initial_value, weight_code
from specc.codegen.module import Module
from specc.codegen.naming import MODULE_NAMES, RESERVED, class_name, identifier
from specc.codegen.nodes import (
    Atom,
    Brackets,
    Item,
    Literal,
    Node,
    constant,
    listed,
    plain,
)
from specc.codegen.objects import Objects
from specc.codegen.printing import flat, lines
from specc.codegen.problems import Refused
from specc.codegen.roles import Roles, Values
from specc.codegen.signatures import call_arguments, unpacked
from specc.codegen.tuning import Slots, rests_later, without_rest
from specc.codegen.ways import chosen
from specc.ir import DeclaredLayer, Graph, LayerBody, Operation, OperationKind, Tensor
from specc.passes.expand.reserved import is_reserved
from specc.passes.layer_slots import draws

UNFIT = (MODULE_NAMES - {"model", "name", "named"}) | {"slice", "training", "states"}
"""What no input can be called: code needs the names."""


class ClassWriter:
    """Writes the class of one declared layer, as it is for the inputs that it is given.

    Args:
        module: What is generated.
        objects: Writes what it holds.
        layers: The layer, as it is in each body that calls it.
        dtype: Its dtype policy.

    Raises:
        Refused: code can't say something of it.
    """

    def __init__(
        self, module: Module, objects: Objects, layers: Sequence[DeclaredLayer], dtype: object
    ) -> None:
        self.module = module
        self.objects = objects
        self.declared = layers[0]
        self.dtype = dtype
        self.inputs = [each.name for each in self.declared.inputs]
        self.doc = f"The {'model' if self.declared.is_model else 'layer'} `{self.declared.name}`."
        self._check()
        self.forms = forms_of(layers, dtype)
        self.ways = self.forms[0].ways
        self.operations = self._held()
        self.parts = Parts(self._attributes(), module.has_masks)
        others = [each for each in module.alike(layers[0]) if all(each is not o for o in layers)]
        self._add(others)
        held = {
            operation.key: (self.parts.attributes[operation.key], operation)
            for operation, _ in self.operations
        }
        module.held |= {id(layer): held for layer in layers}

    def use(self) -> Use:
        """The class, to be called."""
        if self.module.importer is None:
            return self.module.families.use(self.definition())
        optional = {each.name for each in self.declared.inputs if each.optional}
        specs = {k: v for k, v in given_specs(self.ways[0]).items() if k not in optional}
        params, importer = dict(self._params()), self.module.importer
        again = Again(self.declared, params, specs, self.dtype, importer)
        self.doc = again.doc or self.doc
        return self.module.families.use(self._generalised(self.definition(), again))

    def definition(self) -> Definition:
        """The class, with constants for all that was known when it was followed."""
        self.sections = {
            INIT: self._made(),
            BUILD: self._build(),
            "values": self._initial_values(),
            CALL: self._call(),
            "methods": self._further(),
            "mask": self._mask(self.ways[0]),
        }
        return self._defined(self.sections)

    def _defined(
        self, sections: Mapping[str, Sequence[Line]], named: frozenset[str] = frozenset()
    ) -> Definition:
        body = [line for lines in sections.values() for line in lines]
        head = bool(sections[INIT])
        base = "keras.Model" if self.declared.is_model else "layers.Layer"

        def header(name: str, parameters: Sequence[str]) -> list[str]:
            signature = ["self", *parameters, "**kwargs"]
            items = tuple(Item("", Atom(each)) for each in signature)
            init = lines(Brackets(Atom("def __init__"), "(", items, ")"), 1, "", ":")
            start = class_header(name, base, self.doc, self.module.package)
            if not head and not parameters:
                return start[:-1]
            return [*start, *init, "        super().__init__(**kwargs)"]

        values = tuple((identifier(name), flat(plain(value))) for name, value in self._params())
        wish, local = class_name(self.declared.name), frozenset({"kwargs"})
        given = tuple(Literal(plain(value), name) for name, value in self._arguments_of().items())
        return Definition(wish, header, body, local, values, given, named, stored=True)

    def _params(self) -> Iterable[tuple[str, object]]:
        """The values of its parameters."""
        given = self.declared.config().get("params")
        return given.items() if isinstance(given, dict) else ()

    def _arguments_of(self) -> dict[str, object]:
        """Those parameters that the class can have as arguments of its own."""
        taken = {
            *self.parts.attributes.values(),
            *self.inputs,
            "name",
            "dtype",
            "kwargs",
        } | RESERVED
        return {
            name: value
            for name, value in self._params()
            if name not in taken and not is_reserved(name)
        }

    def _generalised(self, definition: Definition, follow: Again) -> Definition:
        """The class with its parameters and the sizes of its inputs where constants follow them."""
        params = self._arguments_of()

        def again(changed: Values, given: Mapping[str, Specs]) -> Definition | None:
            layer = follow.layer(changed, given)
            try:
                return None if layer is None else self._scratch(layer)
            except (Refused, KeyError):
                return None

        base = again(params, follow.given)
        if base is None or len(base.literals) != len(definition.literals):
            return definition
        roles = Roles(base, params, follow.given, again).find()[len(base.given) :]
        generalised = Generalised(self.sections, roles, self._size_code)
        sections = generalised.sections
        if generalised.moved:
            sections[BUILD] = self._build(generalised.moved)
        return self._defined(sections, frozenset(generalised.names & params.keys()))

    def _scratch(self, layer: DeclaredLayer) -> Definition:
        """The class of a layer that is followed to see what changes, in a module of its own."""
        module = Module(self.module.package)
        module.has_masks = self.module.has_masks
        writers = type(self.module.writers)(module, None)  # type: ignore[call-arg]  # CodeWriters
        return ClassWriter(module, writers.objects, [layer], self.dtype).definition()  # type: ignore[attr-defined]  # CodeWriters

    def _size_code(self, name: str, place: str, section: str) -> str:
        """The code of an input's size."""
        if section == CALL:
            return f"{name}.shape[{place}]"
        known = {"tensor": "input_shape", "list": f"input_shape[{self.inputs.index(name)}]",
                 "mapping": f'input_shape["{name}"]'}  # fmt: skip
        return f"{known.get(self.declared.form, f'{name}_shape')}[{place}]"

    # --- what it is made of ---

    def _add(self, others: Sequence[DeclaredLayer]) -> None:
        """Takes in the forms in which equal layers are called, if one class can do for all."""
        own, self.asks_sizes = self.forms, False
        self.forms = [*own, *(form for each in others for form in forms_of([each], self.dtype))]
        try:
            fits = len(self._held()) == len(self.operations)
            self._call()
            self._further()
        except (Refused, KeyError):
            fits = False
        if not fits:
            self.forms, self.asks_sizes = own, True

    def _check(self) -> None:
        """Refuses what no class can say."""
        if not UNFIT.isdisjoint(self.inputs):
            raise Refused(f"an input of `{self.declared.name}` has a name that code needs")

    def _held(self) -> list[tuple[Operation, Graph]]:
        """Its weights and sublayers, in the order in which Keras is to know them."""
        found: dict[str, tuple[Operation, Graph]] = {}
        for body in all_bodies(self.forms):
            for operation in body.graph.operations:
                if operation.kind not in (*CALLED, OperationKind.WEIGHT):
                    continue
                found.setdefault(operation.key, (operation, body.graph))
        return list(found.values())

    def _layers(self, key: str) -> list[DeclaredLayer]:
        """A declared layer inside, as it is in each body."""
        return [
            operation.declared
            for body in all_bodies(self.forms)
            for operation in body.graph.operations
            if operation.key == key and operation.declared is not None
        ]

    def _attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for operation, _ in self.operations:
            name = base = identifier(operation.key.replace(".", "_"))
            while name in found.values():
                name += "_"
            found[operation.key] = name if name != base else base
        return found

    def _made(self) -> list[Line]:
        """What `__init__` makes."""
        body: list[Line] = []
        if self.ways[0].mask is not None or self.module.has_masks:
            body.append(Line("self.supports_masking = True", indent=2))
        for operation, graph in self.operations:
            node = self._part(operation, graph)
            if node is not None:
                body.append(Line(f"self.{self.parts.attributes[operation.key]} = ", node, 2))
        if any(draws(each.graph) for each in all_bodies(self.forms)):
            body.append(Line("self.seed_generator = keras.random.SeedGenerator()", indent=2))
        body += self._cell()
        return body

    def _cell(self) -> list[Line]:
        """The sizes that Keras asks a cell for."""
        sizes = self.declared.state_sizes
        if not self.declared.states:
            return []
        if sizes is None:
            raise Refused(f"the states of `{self.declared.name}` have no known sizes")
        outputs = self.ways[0].graph.outputs
        output = outputs[0] if isinstance(outputs, list) else None
        spec = self.ways[0].graph.specs.get(output) if isinstance(output, Tensor) else None
        width = spec.shape[-1] if spec is not None and spec.shape else None
        known: list[Node] = [Literal(plain(each), "units") for each in sizes]
        return [
            Line("self.state_size = ", listed(known) if len(known) > 1 else known[0], 2),
            Line("self.output_size = ", Literal(plain(width or sizes[0]), "units"), 2),
        ]

    def _part(self, operation: Operation, graph: Graph) -> Node | None:
        name = Atom(constant(operation.name))
        own = operation.dtype or self.dtype
        match operation.kind:
            case OperationKind.WEIGHT:
                attribute = self.parts.attributes[operation.key]
                return weight_code(operation, graph, attribute, self.objects)
            case OperationKind.MODEL:
                assert operation.graph is not None  # noqa: S101 - the verifier holds it
                return self.module.writers.model(operation.graph, name, self.dtype)
            case OperationKind.DECLARED:
                return self.module.writers.declared(self._layers(operation.key), name, own)
            case OperationKind.EXPRESSION:
                return self.module.writers.expression(operation, name, own)
        made = without_rest(operation, _slots_of(operation, graph))
        return self.objects.layer(made, self.dtype, name)

    # --- methods ---

    def _build(self, made: Sequence[Line] = ()) -> list[Line]:
        """`build`, if there are layers inside, or what is made there."""
        graphs = [form.ways[0].graph for form in self.forms]
        if not any(operation.kind in CALLED for operation, _ in self.operations):
            return [*build_start(self.declared, graphs), *made] if made else []
        called = {operation.key for graph in graphs for operation in graph.operations}
        others = {
            operation.key: f"self.{self.parts.attributes[operation.key]}"
            for operation, _ in self.operations
            if operation.kind in CALLED and operation.key not in called
        }
        methods = [body.graph for form in self.forms[:1] for body in form.methods]
        return [
            *build_start(self.declared, graphs),
            *made,
            *build_trace(self.declared, graphs),
            *built_by_methods(others, methods),
            *self._resting(),
        ]

    def _resting(self) -> list[Line]:
        """What doesn't train though it holds layers that would, by themselves."""
        return [
            Line(f"self.{self.parts.attributes[operation.key]}.trainable = False", indent=2)
            for operation, graph in self.operations
            if rests_later(operation, _slots_of(operation, graph))
        ]

    def _initial_values(self) -> list[Line]:
        """The methods that compute weights' first values."""
        return [
            line
            for operation, graph in self.operations
            if operation.kind is OperationKind.WEIGHT
            for line in initial_value(operation, graph, self.parts, self.objects)
        ]

    def _call(self) -> list[Line]:
        body = self._merged([form.ways for form in self.forms], self.inputs)
        flag = self._flag([form.ways for form in self.forms])
        start = Line(f"def call(self, {', '.join([*call_arguments(self.declared), *flag])}):")
        return [Line(""), start, *unpacked(self.declared), *body]

    def _flag(self, forms: Sequence[Sequence[LayerBody]]) -> list[str]:
        """`training`, where it is read, or layers inside may read it."""
        holds = any(each.kind in CALLED for each, _ in self.operations)
        return ["training=None"] if holds or any(len(ways) > 1 for ways in forms) else []

    def _merged(self, forms: Sequence[Sequence[LayerBody]], names: Sequence[str]) -> list[Line]:
        """The statements of a method for inputs of all forms."""
        try:
            ways = [Way(given_specs(ways[0]), self._way(ways)) for ways in forms]
            return merged(ways, names, self.asks_sizes)
        except Refused as problem:
            raise Refused(f"`{self.declared.name}` is called on {problem}") from problem

    def _way(self, ways: Sequence[LayerBody]) -> list[Line]:
        """A body, as it goes in inference and in training."""
        made = []
        for way in ways:
            given = way.graph.inputs if isinstance(way.graph.inputs, dict) else {}
            writer = self._writer(way.graph, self.inputs if not way.method else list(given))
            made.append(writer.lines(way.graph.outputs))
            self.module.needs_unmasked |= writer.drops_masks
        if len(made) == 1:
            return made[0]
        infers, trains = made
        return chosen("training", "not training", trains, infers)

    def _further(self) -> list[Line]:
        """Further methods."""
        body: list[Line] = []
        methods = [body for form in self.forms for body in form.methods]
        for name in dict.fromkeys(each.method for each in methods):
            forms = [[body for body in form.methods if body.method == name] for form in self.forms]
            given = forms[0][0].graph.inputs
            names = list(given) if isinstance(given, dict) else []
            arguments = ", ".join(["self", *names, *self._flag(forms)])
            body += [Line(""), Line(f"def {name}({arguments}):"), *self._merged(forms, names)]
        return body

    def _writer(self, graph: Graph, names: Sequence[str], previous: bool = False) -> BodyWriter:
        taken = ["self", "inputs", *names, *self.declared.states]
        writer = BodyWriter(graph, self.parts, self.objects, taken, previous, "value")
        given = graph.inputs if isinstance(graph.inputs, dict) else {}
        for name in names:
            if given.get(name) is not None:
                writer.unpack(given[name], Atom(name))
        places = {graph.operations[made.operation].key: index
                  for index, made in enumerate(graph.calls)
                  if graph.operations[made.operation].kind is OperationKind.INPUT}  # fmt: skip
        for name in self.declared.states:
            if name in places:
                writer.unpack(Tensor(places[name]), Atom(name))
        return writer

    def _mask(self, way: LayerBody) -> list[Line]:
        """What `compute_mask` says where the mask isn't passed on as it is."""
        if way.mask is None and self.module.has_masks:
            start = Line("def compute_mask(self, inputs, previous_mask=None):")
            return [Line(""), start, Line("return None  # masks stop here", indent=2)]
        if not isinstance(way.mask, Tensor):
            return []
        writer = self._writer(way.graph, self.inputs[:1], previous=True)
        body = writer.lines(way.mask, effects=False)
        name = self.inputs[0]
        several = {"list": f"{name} = inputs[0]", "mapping": f'{name} = inputs["{name}"]'}
        given = "inputs" if self.declared.form in several else name
        start = Line(f"def compute_mask(self, {given}, previous_mask=None):")
        first = [Line(several[self.declared.form], indent=2)] if given != name else []
        return [Line(""), start, *first, *body]


def _slots_of(operation: Operation, graph: Graph) -> Slots:
    """The variables of an operation of a body; None where they aren't known."""
    places = [place for place, each in enumerate(graph.operations) if each is operation]
    return graph.slots[places[0]] if graph.slots else None


__all__ = ["ClassWriter"]

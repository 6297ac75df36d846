"""Functional and sequential models as functions that build them."""

from __future__ import annotations

from collections.abc import Sequence

from specc import catalog
from specc.codegen.families import Definition, Line, Use
from specc.codegen.functions import operation_code, structure
from specc.codegen.module import Module
from specc.codegen.naming import Names, function_name
from specc.codegen.nodes import Atom, Brackets, Item, Node, Postfix, call, constant, listed, plain
from specc.codegen.objects import Objects
from specc.codegen.outputs import gives_nested, is_unknown, output_paths
from specc.codegen.problems import Refused, refused
from specc.codegen.scopes import Entry, Group, grouped
from specc.codegen.tuning import tuning_lines, without_rest
from specc.codegen.variables import Statement, assigned
from specc.ir import Graph, Operation, OperationKind, Tensor, call_tensors, tensors
from specc.keras_config import DEFAULT_DTYPE

FLOAT = "float32"
INPUT, LAYER, MODEL, OP = (
    OperationKind.INPUT,
    OperationKind.LAYER,
    OperationKind.MODEL,
    OperationKind.OP,
)
NAME = Atom("name")

MAX_NESTED = 4
"""Functions' calls in one expression; more are hard to read."""


class ModelWriter:
    """Writes the function that builds one model.

    Args:
        module: What is generated.
        objects: Writes its layers.
        graph: The model.
        dtype: The dtype policy of layers that don't say theirs.
    """

    def __init__(self, module: Module, objects: Objects, graph: Graph, dtype: object) -> None:
        self.module = module
        self.objects = objects
        self.graph = graph
        self.dtype = graph.dtype or dtype or DEFAULT_DTYPE
        self.paths = output_paths(graph)
        self.uses: dict[int, int] = {}
        for made in graph.calls:
            self.uses[made.operation] = self.uses.get(made.operation, 0) + 1
        slots = dict(enumerate(graph.slots))
        self.nameless = {
            index
            for index, op in enumerate(graph.operations)
            if op.kind is LAYER and not op.named and slots.get(index) == ()
        }
        self.given_names = {
            op.name
            for index, op in enumerate(graph.operations)
            if op.kind is not OP and index not in self.nameless
        }
        self.readers: dict[int, list[int]] = {}
        for index, made in enumerate(graph.calls):
            for tensor in call_tensors(made):
                self.readers.setdefault(tensor.call, []).append(index)
        self.inside: dict[int, Node] = {}
        """The code of functions' calls that stand inside of other calls."""
        self.local_names: set[str] = set()
        self.after: list[Line] = []
        """What is done to the layers when the model is there."""

    def body(self) -> list[Line]:
        """The statements that make the model, and leave it in the variable `model`."""
        body = self._sequential() if self.graph.style == "sequential" else self._functional()
        return [*body, *self.after]

    # --- sequential ---

    def _sequential(self) -> list[Line]:
        made = [
            self._input(index) if operation.kind is INPUT else self.constructor(index, "")
            for index, operation in enumerate(self.graph.operations)
        ]
        return [Line("model = ", call("keras.Sequential", listed(made), name=NAME))]

    # --- functional ---

    def _functional(self) -> list[Line]:
        entries = grouped(self.graph)
        results = frozenset(
            tensor.call
            for each in (self.graph.inputs, self.graph.outputs)
            for tensor in tensors(each)
        )
        body, names = self._statements(entries, (), results, "")

        def read(tensor: Tensor) -> Node:
            return self._read(tensor, names)

        inputs = structure(self.graph.inputs, read)
        outputs = structure(self.graph.outputs, read)
        return [*body, Line("model = ", call("keras.Model", inputs, outputs, name=NAME))]

    def _statements(
        self, entries: Sequence[Entry], params: Sequence[int], results: frozenset[int], prefix: str
    ) -> tuple[list[Line], dict[int, str]]:
        """The statements of a function, and the variables in it."""
        made = [self._made(entry, prefix) for entry in entries]
        shared = self._shared(entries)
        inlined = self._inlined(entries, results)
        main = params[:1]
        statements = [Statement(tuple(main), frozenset())]
        statements += [self._statement(entry, inlined) for entry in entries]
        names = Names(self.module.names.taken)
        wishes = {
            value: self._wish(value, prefix, params) for each in statements for value in each.gives
        }
        layers = {index: names.new(self._short(op.key, prefix)) for index, op in shared.items()}
        beside = {value: names.new(self._wish(value, prefix, params)) for value in params[1:]}
        variables = beside | assigned(statements, results, wishes, names)
        self.local_names |= names.taken
        body: list[Line] = []
        done: set[int] = set()
        for entry, code in zip(entries, made, strict=True):
            if entry in inlined and isinstance(entry, int):
                self.inside[entry] = self._function(entry, variables)
            elif isinstance(entry, Group):
                assert isinstance(code, Use)  # noqa: S101 - groups become functions
                body.append(self._group_call(entry, code, variables, prefix))
            else:
                body += self._entry(entry, code, variables, layers, done)
        return body, variables

    def _shared(self, entries: Sequence[Entry]) -> dict[int, Operation]:
        """The operations that need a variable: they are called again, or something is set."""
        found = {}
        for entry in entries:
            if isinstance(entry, int):
                index = self.graph.calls[entry].operation
                operation = self.graph.operations[index]
                is_set = operation.kind is MODEL and operation.trainable is not None
                if operation.kind is not OP and (self.uses[index] > 1 or is_set):
                    found[index] = operation
        return found

    def _statement(self, entry: Entry, inlined: frozenset[int]) -> Statement:
        if isinstance(entry, Group):
            return Statement(entry.outputs, frozenset(entry.inputs))
        if entry in inlined:
            return Statement((), frozenset())
        reads: set[int] = set()
        waiting = [entry]
        while waiting:
            for tensor in call_tensors(self.graph.calls[waiting.pop()]):
                (waiting.append if tensor.call in inlined else reads.add)(tensor.call)
        return Statement((entry,), frozenset(reads))

    def _inlined(self, entries: Sequence[Entry], results: frozenset[int]) -> frozenset[int]:
        """The calls of functions that stand inside of the one other call that reads them."""
        here = {entry for entry in entries if isinstance(entry, int) and self._is_function(entry)}
        sizes: dict[int, int] = {}
        for entry in sorted(here):
            inside = {t.call for t in call_tensors(self.graph.calls[entry])} & sizes.keys()
            sizes[entry] = 1 + sum(sizes[each] for each in inside)
            for each in inside:
                if sizes[entry] > MAX_NESTED:
                    del sizes[each]
            if sizes[entry] > MAX_NESTED:
                sizes[entry] = 1
            if entry in results or not self._is_read_once(entry, here):
                del sizes[entry]
        return frozenset(sizes)

    def _is_function(self, call: int) -> bool:
        operation = self.graph.operations[self.graph.calls[call].operation]
        return operation.kind is OP and not self._collides(catalog.snake_case(operation.class_name))

    def _is_read_once(self, call: int, here: set[int]) -> bool:
        readers = self.readers.get(call, [])
        return len(readers) == 1 and readers[0] in here

    def _wish(self, value: int, prefix: str, params: Sequence[int]) -> str:
        index = self.graph.calls[value].operation
        operation = self.graph.operations[index]
        if value in params:
            last = operation.key.rpartition(".")[2]
            return "inputs" if value == params[0] else function_name(last)
        if operation.kind is INPUT and len(list(tensors(self.graph.inputs))) == 1:
            return "inputs"
        if not prefix and self.graph.outputs == Tensor(value):
            return "outputs"
        if operation.kind is INPUT and operation.name == "x":
            return "x_input"
        short = self._short(operation.key, prefix)
        if operation.kind is OP:
            return function_name(short)
        return f"{short}_output" if self.uses[index] > 1 else short

    def _short(self, key: str, prefix: str) -> str:
        return key.removeprefix(prefix).replace(".", "_")

    def _made(self, entry: Entry, prefix: str) -> Node | None:
        """What an entry calls, without what it is called on."""
        if isinstance(entry, Group):
            return self._group(entry)
        index = self.graph.calls[entry].operation
        match self.graph.operations[index].kind:
            case OperationKind.OP:
                return None
            case OperationKind.INPUT:
                return self._input(index)
        return self.constructor(index, self._keras_prefix(prefix))

    def _entry(
        self,
        entry: int,
        made: Node | None,
        variables: dict[int, str],
        layers: dict[int, str],
        done: set[int],
    ) -> list[Line]:
        this = self.graph.calls[entry]
        operation = self.graph.operations[this.operation]
        target = f"{variables[entry]} = "

        def read(tensor: Tensor) -> Node:
            return self._read(tensor, variables)

        if made is None:
            return [Line(target, self._function(entry, variables))]
        if operation.kind is INPUT:
            return [Line(target, made)]
        body: list[Line] = []
        layer = made
        if this.operation in layers:
            layer = Atom(layers[this.operation])
            if this.operation not in done:
                done.add(this.operation)
                body.append(Line(f"{layer.text} = ", made))
                if operation.kind is MODEL and operation.trainable is not None:
                    body.append(Line(f"{layer.text}.trainable = {operation.trainable}"))
        args = [structure(argument, read) for argument in this.args]
        keywords = {name: structure(argument, read) for name, argument in this.kwargs.items()}
        value: Node = call(layer, *args, **keywords)
        if is_unknown(self.graph, entry):
            value = Postfix(call("keras.tree.flatten", value), "[0]")
        elif gives_nested(operation):
            value = call("keras.tree.flatten", value)
        return [*body, Line(target, value)]

    def _function(self, entry: int, variables: dict[int, str]) -> Node:
        """The call of one of Keras's functions."""
        this = self.graph.calls[entry]
        operation = self.graph.operations[this.operation]
        try:
            value = operation_code(operation, this, lambda tensor: self._read(tensor, variables))
        except Refused as problem:
            raise refused(str(problem), operation.origin) from problem
        return self._with_name(operation.name, operation.class_name, value)

    def _with_name(self, name: str, class_name: str, value: Node) -> Node:
        """An operation that Keras names itself; it gets its own, if that might be another's."""
        if not self._collides(catalog.snake_case(class_name)):
            return value
        self.module.needs_named = True
        return call("named", value, Atom(constant(name)))

    def _read(self, tensor: Tensor, variables: dict[int, str]) -> Node:
        path = self.paths.get(tensor, "")
        variable = self.inside.get(tensor.call) or Atom(variables[tensor.call])
        return Postfix(variable, path) if path else variable

    # --- blocks ---

    def _keras_prefix(self, prefix: str) -> str:
        return prefix.replace(".", self.graph.separator)

    def _group(self, group: Group) -> Use:
        """The function of a block."""
        prefix = group.prefix
        inputs = group.inputs[::-1]  # what was there last goes on
        body, names = self._statements(group.entries, inputs, frozenset(group.outputs), prefix)
        returned = ", ".join(names[value] for value in group.outputs)
        wish = function_name(prefix.rstrip(".").rpartition(".")[2])
        params = [names[value] for value in inputs]

        def header(name: str, parameters: Sequence[str]) -> list[str]:
            return definition_line(name, [*params, *parameters, "name"])

        local = frozenset({*self.local_names, *names.values()})
        return self.module.families.use(
            Definition(wish, header, [*body, Line(f"return {returned}")], local)
        )

    def _group_call(self, group: Group, use: Use, variables: dict[int, str], prefix: str) -> Line:
        block = group.prefix.rstrip(".").replace(".", self.graph.separator)
        name = self._name(block, self._keras_prefix(prefix))
        inputs = [Atom(variables[value]) for value in group.inputs[::-1]]
        targets = ", ".join(variables[value] for value in group.outputs)
        return Line(f"{targets} = ", use.on(*inputs, name=name))

    # --- layers ---

    def _input(self, index: int) -> Node:
        operation = self.graph.operations[index]
        given = dict(operation.arguments)
        shape = given.pop("batch_shape", None)
        named = Atom(constant(operation.name))
        arguments: dict[str, Node] = {}
        if isinstance(shape, list | tuple) and shape and shape[0] is not None:
            arguments["batch_shape"] = plain(shape, tuples=True)
        positional = [] if arguments or shape is None else [plain(list(shape)[1:], tuples=True)]  # type: ignore[call-overload]  # a list
        defaults = {"dtype": FLOAT, "sparse": False, "ragged": False, "optional": False}
        arguments |= {
            key: plain(value)
            for key, value in given.items()
            if value is not None and defaults.get(key) != value
        }
        return call("keras.Input", *positional, **arguments, name=named)

    def constructor(self, index: int, prefix: str) -> Node:
        """The call that makes an operation."""
        operation = self.graph.operations[index]
        name = self._name(operation.name, prefix)
        try:
            match operation.kind:
                case OperationKind.MODEL:
                    assert operation.graph is not None  # noqa: S101 - the verifier holds it
                    return self.module.writers.model(operation.graph, name, self.dtype)
                case OperationKind.DECLARED:
                    assert operation.declared is not None  # noqa: S101 - the verifier holds it
                    own = operation.dtype or self.dtype
                    made = self.module.writers.declared([operation.declared], name, own)
                    self._tune(index)
                    return made
                case OperationKind.EXPRESSION:
                    own = operation.dtype or self.dtype
                    return self.module.writers.expression(operation, name, own)
            wanted = None if self._is_anonymous(index) else name
            slots = self.graph.slots[index] if self.graph.slots else None
            made = self.objects.layer(without_rest(operation, slots), self.dtype, wanted)
            self._tune(index)
            return made
        except Refused as problem:
            raise refused(str(problem), operation.origin) from problem

    def _tune(self, index: int) -> None:
        """Says what of a layer is frozen or adapted, once it is built."""
        operation = self.graph.operations[index]
        layer = f"model.get_layer({constant(operation.name)})"
        slots = self.graph.slots[index] if self.graph.slots else None
        self.after += tuning_lines(operation, slots, layer, self.module)

    def _name(self, name: str, prefix: str) -> Node:
        """A layer's name; in a block's function, that of the block goes before it."""
        if not prefix:
            return Atom(constant(name))
        if not name.startswith(prefix):
            return Atom(constant(name))
        rest = name[len(prefix) - len(self.graph.separator) :]
        return Atom('f"{name}' + constant(rest.replace("{", "{{").replace("}", "}}"))[1:])

    def _is_anonymous(self, index: int) -> bool:
        """Whether Keras may name a layer: the spec doesn't, and it has nothing to load."""
        stem = catalog.snake_case(self.graph.operations[index].class_name)
        return index in self.nameless and not self._collides(stem)

    def _collides(self, stem: str) -> bool:
        """Whether a layer has a name that Keras, which counts, might give to another."""
        return any(
            name == stem or (name.startswith(f"{stem}_") and name[len(stem) + 1 :].isdigit())
            for name in self.given_names
        )


def definition_line(name: str, parameters: Sequence[str]) -> list[str]:
    """`def name(…):`, broken if it is long."""
    from specc.codegen.printing import lines

    items = tuple(Item("", Atom(parameter)) for parameter in parameters)
    return lines(Brackets(Atom(f"def {name}"), "(", items, ")"), 0, "", ":")

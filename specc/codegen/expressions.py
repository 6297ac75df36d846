"""Tensor expressions that only a layer can compute, as a small layer class."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping, Sequence

from specc import catalog
from specc.codegen.families import Definition, Line, Use
from specc.codegen.module import Module
from specc.codegen.naming import Names, class_name
from specc.codegen.nodes import (
    BINDING,
    Atom,
    Brackets,
    Infix,
    Item,
    Node,
    Postfix,
    call,
    constant,
    listed,
    tupled,
)
from specc.codegen.printing import INDENT, WIDTH, flat
from specc.codegen.problems import Refused
from specc.expressions import OPERATORS, callee_name, parse
from specc.ir import Operation
from specc.references import Reference

RANDOM = "random."


class ExpressionWriter:
    """Writes the class of one expression.

    Args:
        module: What is generated.
        operation: The expression.
    """

    def __init__(self, module: Module, operation: Operation) -> None:
        arguments = operation.arguments
        self.module = module
        self.operation = operation
        self.inputs: Sequence[str] = arguments["inputs"]  # type: ignore[assignment]  # as capture makes it
        self.program: Sequence[tuple[str, str]] = arguments["program"]  # type: ignore[assignment]
        self.references: Mapping[str, int] = arguments["references"]  # type: ignore[assignment]
        self.functions: Mapping[str, str] = arguments.get("functions", {})  # type: ignore[assignment]
        names = Names({"inputs", "training", "masks"})
        self.names = {name: names.new(name) for name in self.inputs}
        self.names |= {name: names.new(name) for name, _ in self.program}
        self.plain: set[str] = set()
        self.is_random = self.reads_masks = self.reads_training = False

    def use(self) -> Use:
        """The class, to be called."""
        steps = [(name, self._code(text)) for name, text in self.program]
        body = [*self._random(), *self._finding(), *self._call(steps), *self._mask()]
        key = self.operation.key.rpartition(".")[2]

        def header(name: str, _: object) -> list[str]:
            return class_header(name, "layers.Layer", f"Computes `{key}`.", self.module.package)

        stem = key if self.operation.named else "Expression"
        return self.module.families.use(Definition(class_name(stem), header, body))

    # --- methods ---

    def _random(self) -> list[Line]:
        if not self.is_random:
            return []
        return [
            Line("def __init__(self, **kwargs):"),
            Line("super().__init__(**kwargs)", indent=2),
            Line("self.seed_generator = keras.random.SeedGenerator()", indent=2),
            Line(""),
        ]

    def _finding(self) -> list[Line]:
        """`__call__`: finds the layers that are referred to, and the masks."""
        if not self.references and not self.reads_masks:
            return []
        body = [Line("def __call__(self, inputs, **kwargs):")]
        if self.reads_masks:
            body += [
                Line('if kwargs.get("masks") is None:', indent=2),
                Line('masks = [getattr(x, "_keras_mask", None) for x in inputs]', indent=3),
                Line('kwargs["masks"] = masks', indent=3),
            ]
        if self.references:
            body += [
                Line("# Weights of other layers are read, and not copied: Keras's graph", indent=2),
                Line("# knows which layers those are, in a loaded model, too.", indent=2),
                Line("if isinstance(inputs[0], keras.KerasTensor):", indent=2),
            ]
        for alias, place in self.references.items():
            found = f"inputs[{place}]._keras_history.operation"
            body.append(Line(f"self._{alias} = lambda layer={found}: layer", indent=3))
        return [*body, Line("return super().__call__(inputs, **kwargs)", indent=2), Line("")]

    def _call(self, steps: Sequence[tuple[str, Node]]) -> list[Line]:
        flags = ["training=None"] * self.reads_training + ["masks=None"] * self.reads_masks
        body = [Line(f"def call({', '.join(['self', 'inputs', *flags])}):"), *self._unpacked()]
        *before, last = steps
        body += [Line(f"{self.names[name]} = ", code, 2) for name, code in before]
        if not before:
            return [*body, Line("return ", last[1], 2)]
        name, code = last
        results = tupled([Atom(self.names[step]) for step, _ in steps])
        return [*body, Line(f"{self.names[name]} = ", code, 2), Line("return ", results, 2)]

    def _unpacked(self) -> list[Line]:
        read = {name for _, text in self.program for name in _names(text)}
        if not read & set(self.inputs):
            return []
        if len(self.inputs) == 1:
            return [Line(f"{self.names[self.inputs[0]]} = inputs[0]", indent=2)]
        names = ", ".join(self.names[name] for name in self.inputs)
        several = len(set(self.references.values()) | set(range(len(self.inputs))))
        part = "" if several == len(self.inputs) else f"[:{len(self.inputs)}]"
        return [Line(f"{names} = inputs{part}", indent=2)]

    def _mask(self) -> list[Line]:
        return [
            Line(""),
            Line("def compute_mask(self, inputs, previous_mask):"),
            Line("return None  # masks stop here, as at Keras's operations", indent=2),
        ]

    # --- expressions ---

    def _code(self, text: str) -> Node:
        tree = parse(text).tree
        name = next(step for step, own in self.program if own == text)
        if self._is_plain(tree):
            self.plain.add(name)
        return self._node(tree)

    def _is_plain(self, node: ast.expr) -> bool:
        """Whether an expression gives a plain value: of sizes and constants alone."""
        match node:
            case ast.Constant():
                return True
            case ast.Name(name):
                return name in self.plain or name == "training"
            case ast.Attribute(_, name):
                return name in ("shape", "dtype")
            case ast.Call():
                return callee_name(node) == "shape"
            case ast.Subscript(value, _):
                return self._is_plain(value)
        parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        return bool(parts) and all(map(self._is_plain, parts))

    def _node(self, node: ast.expr) -> Node:
        match node:
            case ast.Constant(value):
                return Atom(constant(value))
            case ast.Name(name):
                self.reads_training |= name == "training"
                return Atom(self.names.get(name, name))
            case ast.List(items):
                return listed([self._node(item) for item in items])
            case ast.Tuple(items):
                return tupled([self._node(item) for item in items])
            case ast.BinOp(left, op, right):
                return self._operator(OPERATORS[type(op)], left, right)
            case ast.UnaryOp(op, operand) if not isinstance(op, ast.Not):
                return self._operator(f"unary {OPERATORS[type(op)]}", operand)
            case ast.Compare(left, [op], [right]) if OPERATORS[type(op)] in BINDING:
                return self._operator(OPERATORS[type(op)], left, right)
            case ast.Subscript(value, key):
                return Postfix(self._node(value), f"[{self._key(key)}]")
            case ast.Attribute(value, name):
                return self._attribute(value, name)
            case ast.Call():
                return self._function(node)
        return self._choice(node)

    def _choice(self, node: ast.expr) -> Node:
        """What is decided by plain values."""
        match node:
            case ast.IfExp(test, body, other):
                parts = [flat(self._node(part)) for part in (body, test, other)]
                return Atom("{} if {} else {}".format(*parts), 1)
            case ast.BoolOp(op, values):
                word = " and " if isinstance(op, ast.And) else " or "
                return Atom(word.join(f"({flat(self._node(value))})" for value in values), 2)
            case ast.UnaryOp(_, operand):
                return Atom(f"not ({flat(self._node(operand))})", 3)
        raise Refused(f"`{ast.unparse(node)}` in an expression")

    def _operator(self, symbol: str, *operands: ast.expr) -> Node:
        """Keras's function where a side is a tensor: a backend's operators promote otherwise."""
        nodes = tuple(self._node(operand) for operand in operands)
        if symbol == "unary +":
            return nodes[0]
        if all(map(self._is_plain, operands)):
            return Infix(symbol, nodes)
        return call(f"ops.{catalog.operators()[symbol].name}", *nodes)

    def _key(self, key: ast.expr) -> str:
        if isinstance(key, ast.Slice):
            bounds = [key.lower, key.upper, *([key.step] if key.step else [])]
            return ":".join("" if each is None else flat(self._node(each)) for each in bounds)
        if isinstance(key, ast.Tuple):
            inside = ", ".join(self._key(item) for item in key.elts)
            return f"{inside}," if len(key.elts) == 1 else inside
        return flat(self._node(key))

    def _attribute(self, value: ast.expr, name: str) -> Node:
        if name == "shape":
            return call("ops.shape", self._node(value))
        if name == "dtype":
            return call("keras.backend.standardize_dtype", Postfix(self._node(value), ".dtype"))
        assert isinstance(value, ast.Name)  # noqa: S101 - a layer that is referred to
        return Atom(f"self._{value.id}().{name}")

    def _function(self, node: ast.Call) -> Node:
        name = callee_name(node)
        items = [Item("", self._node(argument)) for argument in node.args]
        items += [Item(f"{each.arg}=", self._node(each.value)) for each in node.keywords]
        if name == "mask_of":
            [argument] = node.args
            self.reads_masks = True
            place = list(self.inputs).index(ast.unparse(argument))
            return Atom(f"masks[{place}]")
        if name in self.functions:
            found = Reference.parse(self.functions[name])
            assert found is not None  # noqa: S101 - it was imported
            path = self.module.imported(found.module, found.name)
        elif name.startswith(RANDOM):
            self.is_random = True
            path = f"keras.{name}"
            items.append(Item("seed=", Atom("self.seed_generator")))
        else:
            path = f"ops.{name}"
        return Brackets(Atom(path), "(", tuple(items), ")")


def class_header(name: str, base: str, doc: str, package: str) -> list[str]:
    """The lines before the methods of a class."""
    register = f"@keras.saving.register_keras_serializable({constant(package)})"
    return [register, f"class {name}({base}):", *docstring(doc, 1), ""]


def docstring(text: str, indent: int) -> list[str]:
    """A docstring in lines."""
    margin = INDENT * indent
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    first, *rest = textwrap.wrap(plain, WIDTH - len(margin) - 3) or [""]
    if not rest and len(margin + first) + 6 <= WIDTH and not first.endswith('"'):
        return [f'{margin}"""{first}"""']
    return [f'{margin}"""{first}', *(margin + line for line in rest), f'{margin}"""']


def _names(text: str) -> set[str]:
    return {node.id for node in ast.walk(parse(text).tree) if isinstance(node, ast.Name)}

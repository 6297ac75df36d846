"""Functions of `keras.ops`, and the Operation that each makes of symbolic tensors.

Most are written `return Cls(constructor arguments).symbolic_call(tensors)`, so the way from the
function's arguments to the Operation's can be read from the source. What cannot be read that way
gets no mapping rather than a guess.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any, NamedTuple

import keras

from introspection import classes, docstrings
from introspection.versions import since

Data = dict[str, Any]

# Not in expressions: they take callables, leave the graph, or ask what the language itself answers.
EXCLUDED = frozenset(
    {
        *("associative_scan", "cond", "custom_gradient", "fori_loop", "jvp", "map", "scan"),
        *("switch", "vectorize", "vectorized_map", "while_loop"),
        *("convert_to_numpy", "dtype", "is_tensor"),
    }
)

# What a function does to an argument before it builds the Operation → the name of the conversion.
_CONVERSIONS = {
    "None if dtype is None else backend.standardize_dtype(dtype)": "dtype",
    "backend.standardize_dtype(dtype)": "dtype_or_default",
    "standardize_data_format(data_format)": "data_format",
    "backend.standardize_data_format(data_format)": "data_format",
    "config.image_data_format()": "data_format",
    "padding.lower()": "lower",
    "reduction.lower()": "lower",
    "tuple(newshape)": "shape",
    "(newshape,)": "shape",
    "list(condlist)": "list",
    "list(choicelist)": "list",
    "kwargs.pop('num_tokens')": "",  # an old name of the same argument
}


class _Made(NamedTuple):
    """`Cls(...)(...)` or `Cls(...).symbolic_call(...)`, taken apart."""

    cls: str
    constructor: ast.Call
    call: ast.Call


def functions() -> dict[str, Data]:
    """Every function that expressions may use, with its Operation where one could be read."""
    return {
        name: _function(value) | _since(name)
        for name, value in sorted(vars(keras.ops).items())
        if inspect.isfunction(value) and name not in EXCLUDED
    }


def _since(name: str) -> Data:
    version = since("ops", name)
    return {} if version is None else {"since": version}


def random_functions() -> dict[str, Data]:
    """`keras.random`, without `seed`: the layer owns the generator."""
    found = {n: _signature(f) for n, f in classes.random_functions().items()}
    for data in found.values():
        data["parameters"].pop("seed", None)
    return found


def operators() -> dict[str, str]:
    """Python operator → the Operation class that KerasTensor's method makes."""
    methods = {
        "+": "add", "-": "sub", "*": "mul", "@": "matmul", "/": "truediv", "//": "floordiv",
        "%": "mod", "**": "pow", "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "!=": "ne",
        "&": "and", "|": "or", "^": "xor", "[]": "getitem", "unary -": "neg", "~": "invert",
    }  # fmt: skip
    made = {symbol: _operator(f"__{name}__") for symbol, name in methods.items()}
    return made | {"==": "Equal"}  # KerasTensor compares by identity; the language by value


def _operator(method: str) -> str:
    tree = _tree(getattr(keras.KerasTensor, method))
    made = [m for node in ast.walk(tree) if (m := _made(node))]
    return made[0].cls


def _tree(function: Any) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function)))).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise TypeError(f"{function} is no function")
    return tree


def _signature(function: Any) -> Data:
    parameters = {}
    texts = docstrings.arguments(function)
    for name, p in inspect.signature(function).parameters.items():
        data: Data = {} if p.default is inspect.Parameter.empty else {"default": p.default}
        if p.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            data["variadic"] = "*" if p.kind is inspect.Parameter.VAR_POSITIONAL else "**"
        parameters[name] = {**data, "doc": texts[name]} if texts.get(name) else data
    return {"doc": docstrings.summary(function), "parameters": parameters}


def _function(function: Any) -> Data:
    data = _signature(function)
    tree = _tree(function)
    target = _alias_of(tree)
    if target is not None:
        tree = _tree(getattr(keras.ops, target))
    operation = _operation(function, tree)
    data["tensors"] = _tensors(tree, operation, data["parameters"])
    return {**data, "operation": operation}


def _alias_of(tree: ast.FunctionDef) -> str | None:
    """The function that this one only hands its arguments on to, as `abs` does."""
    last = tree.body[-1]
    if (
        len(tree.body) > 2
        or not isinstance(last, ast.Return)
        or not isinstance(last.value, ast.Call)
    ):
        return None
    called = last.value.func
    return called.id if isinstance(called, ast.Name) and hasattr(keras.ops, called.id) else None


def _made(node: ast.AST) -> _Made | None:
    if not isinstance(node, ast.Call):
        return None
    inner = node.func.value if _is_symbolic_call(node.func) else node.func  # type: ignore[attr-defined]  # checked
    if not isinstance(inner, ast.Call):
        return None
    name = ast.unparse(inner.func).rsplit(".", 1)[-1]
    return _Made(name, inner, node) if name[:1].isupper() else None


def _is_symbolic_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "symbolic_call"


def _operation(function: Any, tree: ast.FunctionDef) -> Data | None:
    made = [m for node in ast.walk(tree) if (m := _made(node))]
    if len(made) != 1:
        return None
    cls = getattr(inspect.getmodule(inspect.unwrap(function)), made[0].cls)
    conversions = _conversions(tree, made[0].call.lineno)
    constructor = _constructor(cls, made[0].constructor)
    call = _call(made[0].call)
    if conversions is None or constructor is None or call is None:
        return None
    used = set(constructor.values()) | {str(a).lstrip("*") for a in call["arguments"]}
    used |= set(call["keywords"].values())
    kept = {n: c for n, c in conversions.items() if n in used and c}
    known = set(inspect.signature(function).parameters)
    if not used - {"kwargs"} <= known:
        return None
    return {
        "module": cls.__module__,
        "class_name": cls.__name__,
        "constructor": constructor,
        "call": call,
        "conversions": kept,
    }


def _conversions(tree: ast.FunctionDef, until: int) -> dict[str, str] | None:
    """Argument → what is done to it first; None if something is done that has no name here."""
    arguments = {a.arg for a in ast.walk(tree.args) if isinstance(a, ast.arg)}
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or node.lineno > until:
            continue
        names = {t.id for t in node.targets if isinstance(t, ast.Name)} & arguments
        conversion = _CONVERSIONS.get(ast.unparse(node.value))
        if names and conversion is None:
            return None
        found.update(dict.fromkeys(names, conversion or ""))
    return found


def _constructor(cls: Any, call: ast.Call) -> dict[str, str] | None:
    """Constructor parameter → function argument; None if an argument is not a plain name."""
    names = [n for n in inspect.signature(cls.__init__).parameters if n != "self"]
    given = dict(zip(names, call.args, strict=False))
    given |= {k.arg: k.value for k in call.keywords if k.arg}
    given = {n: v for n, v in given.items() if ast.unparse(v) != "rms_scaling"}
    if not all(isinstance(v, ast.Name) for v in given.values()) or not set(given) <= set(names):
        return None
    return {n: ast.unparse(v) for n, v in given.items()}


def _call(call: ast.Call) -> Data | None:
    """The arguments of the Operation's call: names by position (`*name` if many) and by keyword."""
    texts = [ast.unparse(a) for a in call.args]
    keywords = {k.arg or "**": ast.unparse(k.value) for k in call.keywords}
    plain = all(t.lstrip("*").isidentifier() for t in (*texts, *keywords.values()))
    return {"arguments": texts, "keywords": keywords} if plain else None


def _tensors(tree: ast.FunctionDef, operation: Data | None, parameters: Data) -> list[str]:
    """Parameters that may be symbolic tensors: those the function asks about, and operands."""
    asked: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "any_symbolic_tensors":
            asked |= {n.id for a in node.args for n in ast.walk(a) if isinstance(n, ast.Name)}
    if operation is not None:
        asked |= {a.lstrip("*") for a in operation["call"]["arguments"]}
    return [name for name in parameters if name in asked]

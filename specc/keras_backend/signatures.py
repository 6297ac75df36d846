"""The functions of declared classes that Keras looks at: `call`, `build` and methods.

Keras reads their signatures: which arguments are tensors, what `build` wants to know.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.ir import CallInput
from specc.keras_backend.private import not_converted
from specc.passes.expand import LayerText

MASK = "mask"
"""An optional input of that name is Keras's mask, of which `build` is told nothing."""

Target = Callable[[Any, tuple[Any, ...], Any], Any]
"""What a method runs: of itself, its inputs, and whether it trains."""


def call_function(text: LayerText) -> Any:
    """`call`: the inputs, and whether it trains."""
    if text.form:
        names = [each.name for each in text.inputs]
        runs = {"list": _in_order(names), "mapping": _by_name(text.inputs), "tensor": _run}
        return _function("call", [("inputs", False)], runs[text.form], training=True)
    states = [("states", False)] if text.is_cell else []
    inputs = [*((each.name, each.optional) for each in text.inputs), *states]
    return _function("call", inputs, _run, training=True)


def _run(layer: Any, args: tuple[Any, ...], training: Any) -> Any:
    return layer.specc_call(args, training)


def unpacked(text: LayerText, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The inputs in their order, of what `call` takes."""
    if text.form == "list":
        return tuple(args[0])
    if text.form == "mapping":
        return tuple(args[0].get(each.name) for each in text.inputs)
    return args


def _in_order(names: Sequence[str]) -> Target:
    def run(layer: Any, args: tuple[Any, ...], training: Any) -> Any:
        (given,) = args
        if not isinstance(given, list | tuple) or len(given) != len(names):
            _refuse(f"a list of {len(names)}: {', '.join(names)}", given)
        return layer.specc_call(tuple(given), training)

    return run


def _by_name(inputs: Sequence[CallInput]) -> Target:
    def run(layer: Any, args: tuple[Any, ...], training: Any) -> Any:
        (given,) = args
        if not isinstance(given, dict) or any(
            each.name not in given and not each.optional for each in inputs
        ):
            _refuse(f"a dict of {', '.join(each.name for each in inputs)}", given)
        return layer.specc_call(tuple(given.get(each.name) for each in inputs), training)

    return run


def _refuse(wanted: str, given: Any) -> NoReturn:
    found = f"one of {', '.join(map(str, given))}" if isinstance(given, dict) else type(given)
    shown = found if isinstance(found, str) else f"a {found.__name__}"
    raise SpeccError([Diagnostic("S468", f"the model takes {wanted}; it got {shown}")])


def build_function(text: LayerText) -> Any:
    """`build`: the shapes of the inputs."""
    names = shape_names(text)
    optional = {f"{each.name}_shape": each.optional for each in text.inputs}

    def run(layer: Any, shapes: tuple[Any, ...], _: Any) -> None:
        if not layer.built:
            layer.specc_build(dict(zip(names, shapes, strict=True)))

    return _function("build", [(name, optional.get(name, False)) for name in names], run)


def method_function(name: str, inputs: Sequence[CallInput]) -> Any:
    """A further entry point."""

    def run(layer: Any, args: tuple[Any, ...], training: Any) -> Any:
        return layer.specc_method(name, args, training)

    return _function(name, [(each.name, each.optional) for each in inputs], run, training=True)


def shape_names(text: LayerText) -> list[str]:
    """What `build` takes."""
    if text.form:
        return ["input_shape"]
    return [f"{each.name}_shape" for each in text.inputs if each.name != MASK]


def as_call(text: LayerText, values: Sequence[Any]) -> tuple[Any, ...]:
    """What `call` takes, of the inputs in their order."""
    if text.form == "list":
        return (list(values),)
    if text.form == "mapping":
        return ({each.name: v for each, v in zip(text.inputs, values, strict=True)},)
    return tuple(values)


def _function(
    name: str, inputs: Sequence[tuple[str, bool]], target: Target, training: bool = False
) -> Any:
    """A method with a signature of its own, which calls `target(self, inputs, training)`.

    Keras copies `__signature__` where it wraps a method, `self` and all, so it must be a real one.
    """
    parameters = [each for each, _ in inputs] + (["training"] if training else [])
    optional = next((i for i, (_, may_lack) in enumerate(inputs) if may_lack), len(inputs))
    given = ast.Tuple([ast.Name(each, ast.Load()) for each, _ in inputs], ast.Load())
    flag = ast.Name("training", ast.Load()) if training else ast.Constant(None)
    run = ast.Call(ast.Name("_target", ast.Load()), [ast.Name("self", ast.Load()), given, flag], [])
    arguments = [ast.arg(each) for each in ("self", *parameters)]
    signature = ast.arguments([], arguments, None, [], [], None, [])
    definition = ast.FunctionDef(name, signature, [ast.Return(run)], [], None, None)
    module = ast.fix_missing_locations(ast.Module([definition], []))
    code = compile(module, "<specc>", "exec")
    inner = next(const for const in code.co_consts if isinstance(const, types.CodeType))
    defaults = (None,) * (len(parameters) - optional)
    scope = {"__builtins__": {}, "_target": target}
    return not_converted(types.FunctionType(inner, scope, name, defaults))

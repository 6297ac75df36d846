"""Calls of `keras.ops` functions on tensors become Keras operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from specc import catalog
from specc.catalog import Op
from specc.diagnostics import Span
from specc.ir import Operation, OperationKind, Structure, Tensor, tensors
from specc.passes.arguments import bind, written_as
from specc.passes.expand.builder import GraphBuilder

DEFAULT_FLOAT = "float32"
PYTHON_DTYPES = {"bool": "bool", "int": "int64", "float": DEFAULT_FLOAT}


class NeedsLayer(Exception):  # noqa: N818 - not an error: it says what an expression becomes
    """The expression can't be Keras operations; it must become a layer that reads at run time."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where an operation is added: the graph, the scope of its name, and the step it is for."""

    builder: GraphBuilder
    scope: str
    origin: Span


def apply_op(
    op: Op,
    args: Sequence[object],
    kwargs: Mapping[str, object],
    site: Site,
    written: str = "",
) -> Structure:
    """Adds the Operation that the function makes of these arguments; its output.

    `written` is what stands in the expression, where that isn't the function's name.

    Raises:
        NeedsLayer: Keras has no Operation for it, or nothing here is a tensor.
        Refusal: the arguments don't fit the function.
    """
    values = bind(op, args, kwargs)
    made = op.operation
    if made is None or next(tensors(list(values.values())), None) is None:
        raise NeedsLayer
    constructor = {
        name: _converted(values[argument], made.conversions.get(argument))
        for name, argument in made.constructor.items()
        if argument in values
    }
    if next(tensors(list(constructor.values())), None) is not None:
        raise NeedsLayer
    return add_operation(
        made,
        constructor,
        _positional(made.call, values),
        {key: values[name] for key, name in made.call_keywords.items() if name in values},
        site,
        outputs=output_count(op.name, values) or _axes_found(op.name, values, site),
        written=written or op.name,
    )


def _axes_found(name: str, values: Mapping[str, object], site: Site) -> int:
    """`nonzero` gives a tensor for each axis, which only a known shape tells; else 0."""
    spec = site.builder.specs.get(cast(Tensor, values["x"])) if name == "nonzero" else None
    return len(spec.shape) if spec is not None and spec.shape is not None else 0


def apply_operator(symbol: str, args: Sequence[object], site: Site) -> Structure:
    """Adds the Operation that a Python operator makes of tensors."""
    op = catalog.operators()[symbol]
    assert op.operation is not None  # noqa: S101 - the catalog's table of operators holds
    made = op.operation
    return add_operation(made, {}, tuple(args), {}, site, written=written_as(symbol))


def add_operation(
    made: catalog.Operation,
    constructor: Mapping[str, object],
    args: tuple[Structure, ...],
    kwargs: Mapping[str, Structure],
    site: Site,
    *,
    outputs: int = 0,
    written: str,
) -> Structure:
    """Adds an Operation and its call."""
    key = site.builder.names.unnamed(site.scope, made.class_name, site.origin)
    operation = Operation(
        OperationKind.OP,
        key,
        made.class_name,
        constructor,
        site.origin,
        name=site.builder.keras_name(key),
        module=made.module,
        named=False,
        written=written,
    )
    builder = site.builder
    result = builder.call(builder.add(operation), args, kwargs, site.origin)
    if outputs and isinstance(result, Tensor):
        return [Tensor(result.call, i) for i in range(outputs)]
    return result


def _positional(places: Sequence[str], values: Mapping[str, object]) -> tuple[Structure, ...]:
    args: list[Structure] = []
    for place in places:
        if place.startswith("*"):
            args.extend(cast(list[object], values[place[1:]]))  # a variadic is a list
        else:
            args.append(values[place])
    return tuple(args)


def _converted(value: object, conversion: str | None) -> object:
    """What the function does to an argument before it makes its Operation."""
    match conversion:
        case "dtype":
            return PYTHON_DTYPES.get(str(value), value)
        case "dtype_or_default":
            return DEFAULT_FLOAT if value is None else PYTHON_DTYPES.get(str(value), value)
        case "data_format":
            return "channels_last" if value is None else value
        case "lower":
            return str(value).lower()
        case "shape":
            return [value] if isinstance(value, int) else value
        case "list":
            return list(value) if isinstance(value, list | tuple) else value
        case _:
            return value


def output_count(name: str, values: Mapping[str, object]) -> int:
    """How many outputs a function gives, for those that give several; else 0."""
    match name, values.get("indices_or_sections", values.get("num", values.get("x"))):
        case (("split" | "array_split" | "hsplit" | "vsplit" | "dsplit" | "unstack"), int(count)):
            return count
        case (
            ("split" | "array_split" | "hsplit" | "vsplit" | "dsplit"),
            list(places) | tuple(places),
        ):
            return len(places) + 1
        case "meshgrid", list(tensors_given):
            return len(tensors_given)
        case "unravel_index", _ if isinstance(shape := values["shape"], list | tuple):
            return len(shape)
        case _:
            return OUTPUT_COUNTS.get(name, 0)


OUTPUT_COUNTS = {
    "moments": 2, "top_k": 2, "qr": 2, "eig": 2, "eigh": 2, "slogdet": 2, "frexp": 2, "modf": 2,
    "divmod": 2, "svd": 3, "lu_factor": 2, "fft": 2, "fft2": 2, "ifft2": 2, "rfft": 2, "stft": 2,
    "histogram": 2, "lstsq": 0, "ctc_decode": 2,
}  # fmt: skip
"""The functions of `keras.ops` that give a fixed number of outputs other than one."""

"""A graph as text, one call a line: for fixtures, and for reading what the passes did."""

from __future__ import annotations

from specc.ir.graph import Call, Graph, Operation, Structure, Tensor


def print_graph(graph: Graph) -> str:
    """The graph as text; equal graphs give equal texts."""
    lines = [f"{graph.style} {graph.name}{_policies(graph)}"]
    shown: set[int] = set()
    for index, call in enumerate(graph.calls):
        lines.extend(_call_lines(graph, index, call, call.operation not in shown))
        shown.add(call.operation)
    lines.append(f"  inputs {_structure(graph.inputs)}")
    lines.append(f"  outputs {_structure(graph.outputs)}")
    return "\n".join(lines)


def _policies(graph: Graph) -> str:
    """What holds of a whole model, where it isn't the language's default."""
    separator = None if graph.separator == "." else graph.separator
    parts = {"separator": separator, "dtype": graph.dtype, "training": graph.training}
    return "".join(f" {name}={value!r}" for name, value in parts.items() if value is not None)


def _call_lines(graph: Graph, index: int, call: Call, first: bool) -> list[str]:
    operation = graph.operations[call.operation]
    what = _operation(operation) if first else operation.key
    arguments = [_structure(argument) for argument in call.args]
    arguments += [f"{name}={_structure(value)}" for name, value in call.kwargs.items()]
    lines = [f"  %{index} = {what}({', '.join(arguments)})"]
    if first and operation.graph is not None:
        lines += ["    " + line for line in print_graph(operation.graph).splitlines()]
    return lines


def _operation(operation: Operation) -> str:
    arguments = ", ".join(f"{name}: {value!r}" for name, value in operation.arguments.items())
    more = "".join(
        f" {name}={value!r}"
        for name, value in (
            ("trainable", operation.trainable),
            ("dtype", operation.dtype),
            ("keras_name", None if operation.name == operation.key else operation.name),
            ("frozen", operation.frozen or None),
            ("lora", [(a.path, a.rank, a.alpha) for a in operation.adapters] or None),
        )
        if value is not None
    )
    return f"{operation.key} = {operation.class_name}{{{arguments}}}{more}"


def _structure(structure: Structure) -> str:
    if isinstance(structure, Tensor):
        return f"%{structure.call}" + (f".{structure.output}" if structure.output else "")
    if isinstance(structure, list | tuple):
        inner = ", ".join(_structure(item) for item in structure)
        return f"[{inner}]" if isinstance(structure, list) else f"({inner})"
    if isinstance(structure, dict):
        return (
            "{" + ", ".join(f"{key}: {_structure(item)}" for key, item in structure.items()) + "}"
        )
    return repr(structure)

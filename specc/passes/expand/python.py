"""Steps and sublayers that are layers of users' own Python classes."""

from __future__ import annotations

from collections.abc import Mapping

from specc import catalog
from specc.catalog import Kind
from specc.ir import Operation, OperationKind
from specc.language import Step, Use
from specc.passes.expand.evaluation import keras_name_of, step_defaults
from specc.passes.expand.frame import Frame
from specc.passes.expand.layers import model_builder
from specc.passes.expand.python_objects import Place, Replacer
from specc.references import PythonClass


def python_operation(
    step: Step,
    use: Use,
    python: PythonClass,
    arguments: Mapping[str, object],
    key: str,
    frame: Frame,
) -> Operation | None:
    """The operation of a user's layer, checked; None, with a diagnostic, if it can't be made."""
    if not _is_layer(use, python, frame):
        return None
    own = step_defaults(step, frame)
    replacer = Replacer(model_builder(use, frame), Place(use.arguments or use.name_node, frame))
    resolved = replacer.resolved(python, arguments, ())
    for problem in catalog.check_step_keys(python.entry, own):
        frame.context.diagnostics.error(
            problem.code, problem.message, step.span(str(problem.path[0]), key=True),
            label=problem.label, help=problem.help,
        )  # fmt: skip
    defaults = {**frame.defaults, **own}
    return Operation(
        OperationKind.LAYER,
        key,
        python.entry.name,
        resolved or {},
        use.name_node.span,
        name=keras_name_of(step, key, frame),
        arguments_node=use.arguments,
        trainable=defaults.get("trainable"),  # type: ignore[arg-type]  # checked by step_defaults
        dtype=defaults.get("dtype"),
        sound=resolved is not None,
        python=python,
    )


def _is_layer(use: Use, python: PythonClass, frame: Frame) -> bool:
    """Whether a step may be what it uses; else it is reported."""
    if Kind.LAYER in python.kinds and use.name[:1].isupper():
        return True
    message = f"`{use.name}` is {python.what}, and no layer"
    mend = f"call it in an expression: `expr: {use.name}(_)`" if python.is_function else ""
    if Kind.LAYER in python.kinds:
        message = f"`{use.name}` is a layer, and is imported under a lowercase name"
        mend = "lowercase names are inlined: import it as `Name: python:…`, with a capital"
    frame.context.diagnostics.error("S512", message, use.name_node.span, help=mend)
    return False

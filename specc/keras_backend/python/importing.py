"""Imports what a reference names, once the caller is known to trust it."""

from __future__ import annotations

import importlib
import sys
import types
from contextlib import redirect_stdout
from typing import Any

import keras

from specc.catalog import Kind
from specc.diagnostics import Diagnostic, did_you_mean
from specc.errors import SpeccError
from specc.keras_backend.failures import first_words
from specc.keras_backend.python.making import remember
from specc.keras_backend.python.signatures import BASES, entry_of
from specc.references import PythonClass, Reference, Trust

FUNCTION_KINDS = (
    Kind.ACTIVATION,
    Kind.LOSS,
    Kind.METRIC,
    Kind.INITIALIZER,
    Kind.REGULARIZER,
    Kind.CONSTRAINT,
)
"""As what Keras takes functions."""

REGISTER = "keras.saving.register_keras_serializable"


def import_object(reference: Reference, trust: Trust) -> PythonClass:
    """The class or function of a reference.

    Args:
        reference: Its module is imported, so the caller must trust it.
        trust: What it leads to must be defined in a trusted package too.

    Raises:
        SpeccError: the module can't be imported, or has nothing of that name that specs can use.
    """
    if not trust.covers(reference.module):
        raise ValueError(f"{reference.module} is not trusted")
    target = attribute(import_module(reference.module, trust), reference)
    return usable(target, reference, trust)


def import_module(name: str, trust: Trust) -> types.ModuleType:
    """A trusted module; what it prints while it is imported goes to stderr.

    Raises:
        SpeccError: S510, with what the import raised.
    """
    trust.before_import()
    try:
        with redirect_stdout(sys.stderr):
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise _failed(name, error) from error
        raise _error(
            "S510", f"there is no module `{error.name}`",
            "it must be installed, or its folder be in the variable PYTHONPATH",
        ) from error  # fmt: skip
    except (Exception, SystemExit) as error:
        raise _failed(name, error) from error


def attribute(module: types.ModuleType, reference: Reference) -> Any:
    """What a module has under a reference's name.

    Raises:
        SpeccError: S511 if there is nothing.
    """
    try:
        return getattr(module, reference.name)
    except Exception as error:
        mend = did_you_mean(reference.name, [name for name in vars(module) if name[:1] != "_"])
        message = f"the module `{reference.module}` has no `{reference.name}`"
        raise _error("S511", message, mend) from error


def usable(target: Any, reference: Reference, trust: Trust) -> PythonClass:
    """A class or function for use in specs, remembered so that configs may refer to it.

    Raises:
        SpeccError: S511 if it is nothing that Keras knows, or is not the trusted package's own.
    """
    kinds = kinds_of(target)
    if not kinds:
        raise _error(
            "S511", f"`{reference.name}` is not a class of Keras's",
            "a spec takes layers, initializers, regularizers, constraints, losses, metrics, "
            f"optimizers and schedules, and functions with `@{REGISTER}()`",
        )  # fmt: skip
    home = str(getattr(target, "__module__", ""))
    if not trust.covers(home):
        raise _error(
            "S511", f"`{reference.name}` is not of `{reference.module}`, but of `{home}`",
            "refer to the module that defines it; Keras's own need no import",
        )  # fmt: skip
    entry, accepts = entry_of(target, kinds[0], reference.name)
    found = PythonClass(reference, kinds, entry, accepts, target)
    remember(found)
    return found


def kinds_of(target: Any) -> tuple[Kind, ...]:
    """As what something may be used; nothing for what is neither Keras's nor registered with it."""
    if isinstance(target, types.FunctionType):
        return FUNCTION_KINDS if is_registered(target) else ()
    if not isinstance(target, type):
        return ()
    kinds = tuple(kind for kind, base in BASES.items() if issubclass(target, base))
    return (*kinds, Kind.ACTIVATION) if Kind.LAYER in kinds else kinds


def is_registered(function: Any) -> bool:
    """Whether a function's author registered it with Keras, so that configs may name it."""
    return bool(keras.saving.get_registered_name(function) != function.__name__)


def _failed(name: str, error: BaseException) -> SpeccError:
    text = first_words(error)
    kind = type(error).__name__
    said = kind if text == kind else f"{kind}: {text}"
    return _error("S510", f"`{name}` can't be imported", f"it raised {said}")


def _error(code: str, message: str, mend: str) -> SpeccError:
    return SpeccError([Diagnostic(code, message, help=mend)])

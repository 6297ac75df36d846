"""Calls what a reference names, for the model that it makes, once the caller trusts it."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import Any, NoReturn

import keras

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.keras_backend.failures import first_words
from specc.keras_backend.python.importing import attribute, import_module
from specc.references import Reference, Trust


def made_model(reference: Reference, trust: Trust) -> Any:
    """The model that a callable gives without arguments, or that a name stands for.

    What it prints goes to stderr.

    Args:
        reference: Its module is imported, so the caller must trust it.
        trust: What it leads to must be defined in a trusted package too.

    Raises:
        SpeccError: S510 or S511 if there is no such thing, S529 if it gives no Keras model.
    """
    if not trust.covers(reference.module):
        raise ValueError(f"{reference.module} is not trusted")
    target = attribute(import_module(reference.module, trust), reference)
    if isinstance(target, keras.Model):
        return target
    home = str(getattr(target, "__module__", ""))
    if not callable(target):
        _fail(reference, "is no callable", "refer to a function that gives a model")
    if not trust.covers(home):
        message = f"`{reference.name}` is not of `{reference.module}`, but of `{home}`"
        help_ = "refer to the module that defines it"
        raise SpeccError([Diagnostic("S511", message, help=help_)])
    made = _called(target, reference)
    if not isinstance(made, keras.Model):
        _fail(reference, f"gives a `{type(made).__name__}`", "it must give a Keras model")
    return made


def _called(target: Any, reference: Reference) -> Any:
    try:
        with redirect_stdout(sys.stderr):
            return target()
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {first_words(error)}"
        _fail(reference, f"raised {said}", "it is called without arguments")


def _fail(reference: Reference, what: str, mend: str) -> NoReturn:
    raise SpeccError([Diagnostic("S529", f"`{reference}` {what}", help=mend)])

"""Follows references, as far as the caller's trust goes."""

from __future__ import annotations

from collections.abc import Callable

from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.references.reference import PythonClass, Reference
from specc.references.trust import SETTINGS, Trust, trust_of_working_directory

Load = Callable[[Reference, Trust], PythonClass]
"""Imports what a reference leads to, which is trusted; raises SpeccError if it can't be used."""


class Importer:
    """Follows the references of a spec, each once. Nothing is imported that isn't trusted."""

    def __init__(self, trust: Trust, load: Load) -> None:
        self._trust = trust
        self._load = load
        self._found: dict[str, PythonClass | SpeccError] = {}

    def find(self, text: str) -> PythonClass:
        """What a reference leads to.

        Raises:
            SpeccError: it is none, isn't trusted, or leads to nothing that a spec can use.
        """
        if text not in self._found:
            try:
                self._found[text] = self._follow(text)
            except SpeccError as error:
                self._found[text] = error
        found = self._found[text]
        if isinstance(found, SpeccError):
            raise found
        return found

    def _follow(self, text: str) -> PythonClass:
        reference = Reference.parse(text)
        if reference is None:
            raise SpeccError([Diagnostic(
                "S509", f"`{text}` is no reference to a Python class",
                help="write `python:package.module:Name`, of a name at the module's top level",
            )])  # fmt: skip
        return self._load(reference, trust_for(reference.module, self._trust))


def trust_for(module: str, trust: Trust) -> Trust:
    """The caller's trust, which covers a module.

    The working directory's settings are read only if what the caller gave is not enough.

    Raises:
        SpeccError: S504 if the module isn't trusted.
    """
    if not trust.covers(module):
        trust = trust | trust_of_working_directory()
    if not trust.covers(module):
        package = module.partition(".")[0]
        raise SpeccError([Diagnostic(
            "S504", f"`{module}` is not trusted, so nothing of it is imported",
            help=f"if you trust the code of `{package}`: `--trust {package}`, "
            f'`trust=["{package}"]`, or `trust = ["{package}"]` in the `{SETTINGS}` of the folder '
            "you work in",
        )])  # fmt: skip
    return trust

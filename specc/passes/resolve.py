"""Reads what a document imports and extends, and gives each name its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from specc.diagnostics import Diagnostic, Diagnostics, Related, Source, Span, did_you_mean
from specc.errors import SpeccError
from specc.language import Definitions, Layer, Library, Model, Param, Part, read_document
from specc.passes.check_available import check_available
from specc.passes.parameters import inferred_type
from specc.passes.unit import Meaning, Unit
from specc.references import PREFIX, Importer, PythonClass, Reference, Trust
from specc.source import read_yaml
from specc.source.nodes import Entry, Node
from specc.source.nodes import Mapping as MappingNode
from specc.source.project import project_root, resolve_inside
from specc.source.reader import Reader

OVERRIDABLE = ("params", "inputs", "training", "freeze", "lora", "dtype", "moved", "doc")
BESIDE_EXTENDS = {
    "specc", "model", "extends", "imports", "define", "variants", *OVERRIDABLE,
}  # fmt: skip


class Resolver:
    """Opens the files that a document names, each once."""

    def __init__(
        self, reader: Reader, diagnostics: Diagnostics, importer: Importer | None = None
    ) -> None:
        """`importer` follows references to Python classes; without one, none is trusted."""
        self.reader = reader
        self.importer = importer or Importer(Trust(), _import_nothing)
        self.diagnostics = diagnostics
        self._units: dict[Path, Unit | None] = {}
        self._open: list[Path] = []
        self._places: dict[Source, Path] = {}

    def read(self, source: Source, path: Path | None) -> Unit | None:
        """The unit of a text; problems go to the diagnostics. None where it can't be read."""
        if path is not None:
            self._places[source] = path
        self._open.append(path.resolve() if path is not None else Path())
        try:
            node = read_yaml(source, self.diagnostics)
            document = read_document(node, self.diagnostics) if node is not None else None
            return self.resolve(document, path) if document is not None else None
        finally:
            self._open.pop()

    def resolve(self, document: Part, path: Path | None) -> Unit | None:
        """The unit of a document that stands at `path` (None: in no file)."""
        check_available(document, self.diagnostics)
        if isinstance(document, Model) and document.extends:
            return self._extend(document, document.extends, path)
        unit = Unit(document, path, _params(document), {}, _variants(document), places=self._places)
        if isinstance(document, Definitions):
            self._give_meanings(unit, document, path)
        return unit

    def _give_meanings(self, unit: Unit, document: Definitions, path: Path | None) -> None:
        """Adds what a document that stands at `path` defines and imports."""
        for name, definition in document.define.items():
            self._refuse_second(unit, name, document.span("define", name, key=True))
            unit.meanings[name] = Meaning(name, definition, unit)
        for name, entry in _entries(document, "imports").items():
            self._refuse_second(unit, name, entry.key.span)
            target = document.imports.get(name)
            meaning = self._import(path, name, target, entry.value.span) if target else None
            if meaning is None:
                unit.missing.add(name)
            elif isinstance(meaning, PythonClass):
                unit.python[name] = meaning
            else:
                unit.meanings[name] = meaning

    def _refuse_second(self, unit: Unit, name: str, span: Span) -> None:
        """A definition and an import of one name, or one of the base's, would hide each other."""
        if name in unit.meanings or name in unit.python:
            known = unit.meanings.get(name)
            related = (Related(known.block.node.span, "here first"),) if known else ()
            self.diagnostics.error(
                "S412", f"`{name}` is defined already", span,
                related=related, help="choose another name",
            )  # fmt: skip

    def _import(
        self, home: Path | None, name: str, target: str, span: Span
    ) -> Meaning | PythonClass | None:
        if target.startswith(PREFIX):
            return self._import_python(target, span)
        found = self._open_unit(home, target, span)
        if found is None:
            return None
        document = found.document
        if name in found.meanings:
            return found.meanings[name]
        if name in found.python:
            return found.python[name]
        if name in found.missing:
            return None
        if isinstance(document, Model | Layer):
            return Meaning(name, document, found)
        self.diagnostics.error(
            "S505", f"`{target}` defines no `{name}`", span,
            label=did_you_mean(name, found.meanings),
        )  # fmt: skip
        return None

    def _import_python(self, target: str, span: Span) -> PythonClass | None:
        try:
            return self.importer.find(target)
        except SpeccError as error:
            self._report(error, span)
            return None

    def _report(self, error: SpeccError, span: Span) -> None:
        for problem in error.diagnostics:
            self.diagnostics.error(
                problem.code, problem.message, span, label=problem.label, help=problem.help
            )

    def _open_unit(self, home: Path | None, target: str, span: Span) -> Unit | None:
        try:
            path = self._locate(home, target)
            if path in self._open:
                ring = " → ".join(
                    f"`{p.name}`" for p in [*self._open[self._open.index(path) :], path]
                )
                self.diagnostics.error(
                    "S503", f"the files import each other in a ring: {ring}", span
                )
                return None
            return self._read_once(path)
        except SpeccError as error:
            self._report(error, span)
            return None

    def _locate(self, home: Path | None, target: str) -> Path:
        base = home if home is not None else Path.cwd() / "<string>"
        return resolve_inside(project_root(base), base, target)

    def _read_once(self, path: Path) -> Unit | None:
        if path not in self._units:
            self._units[path] = self.read(self.reader.read(path), path)
        return self._units[path]

    def _extend(self, document: Model, target: str, path: Path | None) -> Unit | None:
        span = document.span("extends")
        base = self._open_unit(path, target, span)
        if base is None or not isinstance(base.document, Model):
            if base is not None:
                self.diagnostics.error("S506", f"`{target}` is no model", span)
            return None
        self._check_overrides(document, base)
        given = {
            name: getattr(document, name)
            for name in OVERRIDABLE
            if name in document.model_fields_set
        }
        given["params"] = {**base.params, **{
            name: _override(base.params[name], param)
            for name, param in document.params.items() if name in base.params
        }}  # fmt: skip
        merged = base.document.model_copy(update={"model": document.model, **given})
        merged.written_at(base.document.node, base.document.broken or document.broken)
        variants = {**base.variants, **_variants(document)}
        unit = Unit(
            merged, base.path, merged.params, {}, variants, set(base.missing), places=self._places
        )
        for name, meaning in base.meanings.items():  # the base's own see the values given here
            unit.meanings[name] = replace(meaning, unit=unit) if meaning.unit is base else meaning
        unit.python.update(base.python)
        self._give_meanings(unit, document, path)
        return unit

    def _check_overrides(self, document: Model, base: Unit) -> None:
        for name in document.params:
            if name not in base.params:
                self.diagnostics.error(
                    "S121", f"the spec that this one extends has no parameter `{name}`",
                    document.span("params", name, key=True), label=did_you_mean(name, base.params),
                )  # fmt: skip
        for name in document.model_fields_set:
            key = type(document).model_fields[name].alias or name
            if key not in BESIDE_EXTENDS:
                self.diagnostics.error(
                    "S507", f"a spec that extends another can't change `{key}`",
                    document.span(key, key=True),
                    help="vary the structure through a `layer` parameter of the base",
                )  # fmt: skip


def _import_nothing(reference: Reference, _trust: Trust) -> PythonClass:
    """What the working directory trusts is for those who can import, which is row 6."""
    message = f"`{reference}` can't be imported here"
    raise SpeccError([Diagnostic("S504", message)])


def _params(document: Part) -> Mapping[str, Param]:
    return document.params if isinstance(document, Model | Layer | Library) else {}


def _variants(document: Part) -> Mapping[str, Mapping[str, Node]]:
    return document.variants if isinstance(document, Model) else {}


def _entries(document: Part, key: str) -> Mapping[str, Entry]:
    """The entries of a mapping as written, wrong ones too."""
    entry = document.node.entries.get(key) if isinstance(document.node, MappingNode) else None
    return entry.value.entries if entry and isinstance(entry.value, MappingNode) else {}


def _override(base: Param, given: Param) -> Param:
    """A parameter of the base with another default; its type stays."""
    if given.type is not None:
        return given
    kept = base.type or inferred_type(base)
    param = base.model_copy(update={"default": given.default, "type": kept})
    return param.written_at(given.node, given.broken)

"""Layers and models that specc made: their configs carry the texts that define them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specc.catalog.naming import snake_case
from specc.diagnostics import Diagnostics, Source
from specc.importing.objects import DECLARED, escaped, same
from specc.importing.parts import Plain
from specc.importing.problems import Problems, shown
from specc.source import read_yaml
from specc.source.nodes import to_plain

LAYER, MODEL = DECLARED
EXPRESSION = "specc>Expression"
TUNED = "specc.tuned>"
"""Begins the names under which Keras knows its layers with frozen or adapted parts."""

MAIN = "spec.yaml"
MAX_TEXTS = 200
"""Texts of one layer; each is a file of the spec that it was written in."""

MAX_SIZE = 2**20
"""Characters of them."""

TYPES = frozenset({"int", "float", "bool", "str", "shape", "activation", "initializer", "layer"})


def is_carried(config: Plain) -> bool:
    """Whether a config is of a layer or model that a spec declares."""
    return isinstance(config, Mapping) and config.get("registered_name") in DECLARED


class Carried:
    """The definitions of the layers of one import.

    Attributes:
        define: By name, as under `define`.
        params: Those of documents that they read, by name.
        imports: References to Python classes, by name.
        frozen: Globs of variables that don't train.
        adapters: Entries of `lora`.
    """

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.define: dict[str, Plain] = {}
        self.params: dict[str, Plain] = {}
        self.imports: dict[str, Plain] = {}
        self.frozen: list[Plain] = []
        self.adapters: list[Plain] = []

    def use(self, config: Mapping[str, Any]) -> tuple[str, dict[str, Plain]]:
        """The definition of a declared layer, and the arguments for it.

        Args:
            config: What Keras keeps of it: `layer`, `spec`, `params`.

        Raises:
            SpeccError: S521, its texts define no such layer.
        """
        name, params = config.get("layer"), config.get("params")
        if not isinstance(name, str) or not isinstance(params, Mapping):
            self.problems.fail("S521", "a declared layer of the config has no text")
        for document in self._documents(config.get("spec")):
            self._take(document)
        block = self.define.get(name)
        if not isinstance(block, dict):
            self.problems.fail("S521", f"the texts of the config define no `{shown(name)}`")
        declared = block.get("params") or {}
        given = {
            key: escaped(value)
            for key, value in params.items()
            if not (key in declared and same(_default(declared[key]), value))
        }
        return name, given

    def inputs(self, name: str) -> list[str]:
        """The names of what a definition is called on."""
        block = self.define[name]
        found = block.get("inputs") if isinstance(block, Mapping) else None
        if isinstance(found, Mapping):
            return [str(each) for each in found]
        if not isinstance(found, list) or not found:
            return ["x"]
        return [str(each["name"]) if isinstance(each, Mapping) else str(each) for each in found]

    def tune(self, key: str, config: Mapping[str, Any]) -> None:
        """Takes over what of a layer is frozen and adapted."""
        for path in config.get("frozen") or ():
            self.frozen.append(f"{key}.{path}" if key else path)
        for adapter in config.get("adapters") or ():
            if isinstance(adapter, Mapping) and {"path", "rank"} <= adapter.keys():
                targets = ".".join(part for part in (key, str(adapter["path"])) if part)
                made: dict[str, Plain] = {"targets": targets, "rank": adapter["rank"]}
                if adapter.get("alpha") != adapter["rank"]:
                    made["alpha"] = adapter.get("alpha")
                self.adapters.append(made)

    def nested(self, config: Mapping[str, Any]) -> Plain:
        """A declared layer inside of another: `{Name: {arguments}}`, and its name."""
        own = config.get("config")
        if not isinstance(own, Mapping):
            self.problems.fail("S521", "a declared layer of the config has no config")
        name, arguments = self.use(own)
        if own.get("name") not in (None, snake_case(name)):
            return {name: arguments, "name": own["name"]}
        return {name: arguments} if arguments else name

    def _documents(self, texts: Plain) -> Iterator[Mapping[str, Any]]:
        """The texts of a config, read."""
        if not isinstance(texts, Mapping) or len(texts) > MAX_TEXTS or MAIN not in texts:
            self.problems.fail("S521", "a declared layer of the config has no text")
        if sum(len(str(text)) for text in texts.values()) > MAX_SIZE:
            self.problems.fail("S521", "the texts of a declared layer are too long")
        for file, text in texts.items():
            found = Diagnostics()
            node = read_yaml(Source(f"<{shown(file)}>", str(text)), found)
            document = to_plain(node) if node is not None and not found.has_errors else None
            if not isinstance(document, Mapping):
                self.problems.fail(
                    "S521", f"the text `{shown(file)}` of a declared layer is no YAML"
                )
            yield document

    def _take(self, document: Mapping[str, Any]) -> None:
        """Adds what a text defines."""
        for name, target in (document.get("imports") or {}).items():
            if isinstance(target, str) and not target.startswith("./"):
                self._add(self.imports, name, target)
        for name, declared in (document.get("params") or {}).items():
            self._add(self.params, name, _short(declared))
        for name, block in (document.get("define") or {}).items():
            self._add(self.define, name, block)

    def _add(self, known: dict[str, Plain], name: str, value: Plain) -> None:
        if not same_data(known.setdefault(name, value), value):
            self.problems.error(
                "S525", f"two layers carry `{shown(name)}`, and it isn't the same to both",
                "write them into one spec by hand, with a name for each",
            )  # fmt: skip


def same_data(one: Plain, other: Plain) -> bool:
    """Whether two values of YAML are equal."""
    return repr(one) == repr(other)


NONE = object()
"""Stands for a default that there isn't."""


def _default(declared: Plain) -> Plain:
    """What a param is if it isn't given."""
    if isinstance(declared, Mapping) and declared.keys() & {"type", "default", "choices"}:
        return declared.get("default", NONE)
    is_type = isinstance(declared, str) and (declared in TYPES or declared.endswith("]"))
    return NONE if is_type else declared


def _short(declared: Plain) -> Plain:
    """A param by its default alone, where that says all."""
    alone = isinstance(declared, Mapping) and declared.keys() == {"default"}
    value = declared["default"] if isinstance(declared, Mapping) and alone else None
    return value if isinstance(value, bool | int | float | list) else declared


def with_values(block: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Plain]:
    """A definition whose params have these values by default."""
    declared = block.get("params")
    if not isinstance(declared, Mapping):
        return dict(block)
    params = {name: _valued(each, values.get(name)) for name, each in declared.items()}
    return {**block, "params": params}


def _valued(declared: Plain, value: Plain) -> Plain:
    if value is None or same(_default(declared), value):
        return declared
    if isinstance(declared, Mapping) and declared.keys() & {"type", "default", "choices"}:
        return {**declared, "default": escaped(value)}
    is_type = isinstance(declared, str) and (declared in TYPES or declared.endswith("]"))
    return {"type": declared, "default": escaped(value)} if is_type else escaped(value)

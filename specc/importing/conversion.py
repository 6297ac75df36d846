"""A Keras config becomes the text of a spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from textwrap import wrap
from typing import Any, Final

from specc.catalog import Kind
from specc.importing.carried import is_carried
from specc.importing.documents import Document, carried_document, document_of
from specc.importing.folding import folded
from specc.importing.objects import Objects, entry_of, escaped
from specc.importing.old_training import old_training
from specc.importing.parts import ImportedModel
from specc.importing.presets import with_presets
from specc.importing.problems import Problems, shown
from specc.importing.reader import ConfigReader, is_model
from specc.importing.sameness import Layers, layers_said
from specc.importing.texts import lines_of
from specc.source.yaml_writer import write_yaml

NOTES: Final = "How the model was trained isn't all here. In `training`:"
MAX_COMMENT: Final = 98
"""Characters of a line of a comment."""


def read_model(config: Mapping[str, Any], problems: Problems) -> ImportedModel:
    """The model that a config tells of.

    Raises:
        SpeccError: it is none of a model of layers.
    """
    if not is_model(config):
        name = shown(config.get("class_name"))
        problems.fail("S520", f"`{name}` is no model of layers that the config tells of")
    model = ConfigReader(problems, is_old(config)).model(config)
    compiled = config.get("compile_config") or config.get("training_config")
    if not isinstance(compiled, dict):
        return model
    if not is_old(config):
        return replace(model, training=compiled)
    trained = old_training(compiled, model)
    return replace(model, training=trained.arguments, notes=tuple(trained.notes))


def is_old(config: Mapping[str, Any]) -> bool:
    """Whether Keras 1 or 2 wrote a config. Those say their version, or no modules of classes."""
    version = config.get("keras_version")
    if isinstance(version, str):
        return version.partition(".")[0] in ("1", "2")
    return "module" not in config


def spec_text(config: Mapping[str, Any], source: str) -> str:
    """The text of a spec whose model has this config, each layer a step.

    Raises:
        SpeccError: as `spec_texts` does.
    """
    return spec_texts(config, source, fold=False).flat


@dataclass(frozen=True)
class Texts:
    """The texts of a spec.

    Attributes:
        document: Each layer a step.
        short: With equal blocks as definitions; None if there are none worth it.
        notes: Comments above both.
    """

    document: Document
    short: Document | None = None
    notes: str = ""

    @cached_property
    def flat(self) -> str:
        """The text in which each layer is a step."""
        return self.notes + write_yaml(with_presets(self.document))

    @cached_property
    def folded(self) -> str:
        """The folded text; empty if there is none."""
        return self.notes + write_yaml(with_presets(self.short)) if self.short else ""

    @cached_property
    def saved(self) -> float:
        """The part of the flat text's lines, about, that the folded one spares."""
        lines = self.folded.count("\n") - self.notes.count("\n")
        return 1 - lines / lines_of(with_presets(self.document))

    @cached_property
    def layers(self) -> Layers | None:
        """What the layers are and read; None if the flat text has to be read to know it."""
        return layers_said(self.document)


def spec_texts(config: Mapping[str, Any], source: str, fold: bool) -> Texts:
    """The texts of a spec whose model has this config.

    Args:
        config: With `class_name` and `config`, as `to_json` and `.keras` have it.
        source: What it is called in messages.
        fold: Whether the folded one is wanted.

    Raises:
        SpeccError: with everything that has no form in a spec.
    """
    problems = Problems(source)
    if is_carried(config):
        return Texts(carried_document(config, problems))
    model = read_model(config, problems)
    document = document_of(model, problems)
    return Texts(document, folded(document) if fold else None, comments(model.notes))


def comments(notes: Iterable[str]) -> str:
    """What the import says to the reader, before the spec; a stranger's text stays a comment."""
    lines = [
        line
        for note in notes
        for line in wrap("".join(c if c.isprintable() else "?" for c in note), MAX_COMMENT)
    ]
    return "".join(f"# {line}\n" for line in (NOTES, *lines)) if lines else ""


def object_text(config: Mapping[str, Any], source: str) -> str:
    """The text of a spec of one Keras object that is no model.

    Args:
        config: With `class_name` and `config`, as Keras serializes it.
        source: What it is called in messages.

    Raises:
        SpeccError: it is none of Keras's, or holds what has no form in a spec.
    """
    problems = Problems(source)
    if is_carried(config):
        return write_yaml(carried_document(config, problems))
    class_name, module = str(config.get("class_name")), str(config.get("module") or "")
    kinds = [kind for kind in Kind if entry_of(kind, class_name, module)]
    inner = config.get("config")
    if not kinds or not isinstance(inner, dict):
        where = f" of `{shown(module)}`" if module else ""
        problems.fail("S524", f"the class `{shown(class_name)}`{where} is none of Keras's")
    without_name = {key: value for key, value in inner.items() if key != "name"}
    value = Objects(problems).object(kinds[0], {**config, "config": without_name}, "keras")
    problems.check()
    if isinstance(value, str):
        entry = entry_of(kinds[0], class_name, module)
        value = value if entry is None else entry.name
    return write_yaml({"specc": 1, "keras": escaped(value)})

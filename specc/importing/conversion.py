"""A Keras config becomes the text of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from specc.catalog import Kind
from specc.importing.carried import is_carried
from specc.importing.documents import carried_document, document_of
from specc.importing.folding import folded
from specc.importing.objects import Objects, entry_of, escaped
from specc.importing.parts import ImportedModel
from specc.importing.presets import with_presets
from specc.importing.problems import Problems, shown
from specc.importing.reader import ConfigReader, is_model
from specc.source.yaml_writer import write_yaml


def read_model(config: Mapping[str, Any], problems: Problems) -> ImportedModel:
    """The model that a config tells of.

    Raises:
        SpeccError: it is none of a model of layers.
    """
    if not is_model(config):
        name = shown(config.get("class_name"))
        problems.fail("S520", f"`{name}` is no model of layers that the config tells of")
    model = ConfigReader(problems, is_old(config)).model(config)
    compiled = config.get("compile_config")
    return replace(model, training=compiled if isinstance(compiled, dict) else {})


def is_old(config: Mapping[str, Any]) -> bool:
    """Whether Keras 1 or 2 wrote a config. Those say their version, or no modules of classes."""
    version = config.get("keras_version")
    if isinstance(version, str):
        return version.startswith(("1.", "2."))
    return "module" not in config


def spec_text(config: Mapping[str, Any], source: str) -> str:
    """The text of a spec whose model has this config, each layer a step.

    Raises:
        SpeccError: as `spec_texts` does.
    """
    return spec_texts(config, source, fold=False)[0]


def spec_texts(config: Mapping[str, Any], source: str, fold: bool) -> tuple[str, str]:
    """The text of a spec whose model has this config: each layer a step, and folded.

    Args:
        config: With `class_name` and `config`, as `to_json` and `.keras` have it.
        source: What it is called in messages.
        fold: Whether the second text is wanted: with equal blocks as definitions, empty if there
            are none worth it.

    Raises:
        SpeccError: with everything that has no form in a spec.
    """
    problems = Problems(source)
    if is_carried(config):
        return write_yaml(carried_document(config, problems)), ""
    document = document_of(read_model(config, problems), problems)
    short = folded(document) if fold else None
    texts = [write_yaml(with_presets(each)) if each else "" for each in (document, short)]
    return texts[0], texts[1]


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

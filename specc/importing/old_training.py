"""How Keras 1 and 2 trained a model, in the words of Keras 3.

A full-model `.h5` and a SavedModel have it as `training_config`, a `.keras` of Keras 2.12 and later
as `compile_config`. What has no equal is left out, and a note says so: a model is imported all the
same if its loss is somebody's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specc import catalog
from specc.catalog import Kind
from specc.catalog.naming import snake_case
from specc.importing import old_training_names as old
from specc.importing.objects import Objects
from specc.importing.parts import ImportedModel, Plain, refs
from specc.importing.problems import Problems, shown
from specc.importing.tf_calls import is_tf
from specc.weights.old_training.optimizers import (
    CUSTOM,
    NEW_NADAM,
    SCALED,
    OldOptimizer,
    old_optimizer,
)

PASSED_ON = ("run_eagerly", "steps_per_execution", "jit_compile")
LEFT_OUT = object()
"""Stands for an object that has no equal."""


@dataclass
class OldTraining:
    """What `Model.compile` is given today, as Keras 3's configs have it, and what isn't there.

    Attributes:
        outputs: The names of the model's outputs.
        named: Whether Keras 3 knows the outputs by these names.
    """

    outputs: Sequence[str]
    named: bool = True
    arguments: dict[str, Plain] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def read(self, config: Mapping[str, Any]) -> None:
        """Fills `arguments` and `notes`."""
        given = config.get("optimizer_config") or config.get("optimizer")
        parts = {
            "optimizer": self._tried("optimizer", Kind.OPTIMIZER, self._optimizer, given),
            "loss": self._each("loss", config.get("loss"), self._loss),
            "loss_weights": self._each("loss_weights", config.get("loss_weights"), _as_it_is),
            "metrics": self._metrics("metrics", config.get("metrics")),
            "weighted_metrics": self._metrics("weighted_metrics", config.get("weighted_metrics")),
            **{key: config.get(key) for key in PASSED_ON},
        }
        self.arguments = {
            key: value for key, value in parts.items() if value not in (None, [], {}, LEFT_OUT)
        }
        if any(_leaves(config.get("sample_weight_mode"))):
            what = f"`{shown(config['sample_weight_mode'])}` has no equal: give `fit` a weight for"
            self._note("sample_weight_mode", f"{what} each step, of shape (batch, steps)")

    def _note(self, key: str, what: str) -> None:
        self.notes.append(f"`{key}`: {what}")

    def _tried(
        self, key: str, kind: Kind, change: Callable[[Any], Plain], value: Any
    ) -> Plain | object:
        """An object in today's words; what of it has no form in a spec is noted."""
        if value is None:
            return None
        made, problems = change(value), Problems(key)
        if made is LEFT_OUT:
            return LEFT_OUT
        Objects(problems).object(kind, made, key)
        for each in problems.found.sorted():
            self.notes.append("; ".join(filter(None, (each.message, each.help))))
        return LEFT_OUT if problems.found.has_errors else made

    def _optimizer(self, value: Any) -> Plain:
        found = old_optimizer(value)
        if found is None:
            if value == "nadam":
                self._note("optimizer", f"today's Nadam isn't quite the same: {NEW_NADAM}")
            return value
        if found.name == SCALED:
            return self._scaled(found)
        if found.difference:
            what = f"today's {found.name} isn't quite the same: {found.difference}"
            self._note("optimizer", what)
        config = {key: item for key, item in found.config.items() if key not in old.SAY_NOTHING}
        config |= {"learning_rate": self._rate(found)}
        dropped = {"lr", "decay", "schedule_decay"}
        dropped |= {key for key, item in config.items() if item is None or item is LEFT_OUT}
        if not config.get("weight_decay") and found.name != "AdamW":
            dropped.add("weight_decay")
        if config.get("clipnorm") and config.get("clipvalue"):
            self._note("optimizer", "of `clipnorm` and `clipvalue` Keras 3 takes one")
            dropped.add("clipvalue")
        kept = {key: item for key, item in config.items() if key not in dropped}
        return {"class_name": found.name, "config": kept}

    def _rate(self, found: OldOptimizer) -> Plain:
        """The learning rate; one that decays is a schedule."""
        rate = found.learning_rate
        if isinstance(rate, Mapping):
            return self._tried("learning_rate", Kind.SCHEDULE, _schedule, rate)
        if not found.decay or not isinstance(rate, int | float):
            return rate
        config = {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": found.decay}
        return {"class_name": "InverseTimeDecay", "config": config}

    def _scaled(self, found: OldOptimizer) -> Plain:
        """An optimizer whose loss was scaled, as Keras 3 does it by itself with mixed precision."""
        config = found.config
        inner = config.get("inner_optimizer") or config.get("optimizer")
        if config.get("dynamic") is not True:
            self._note("optimizer", "a loss scale that doesn't adapt has no equal; give the "
                       "optimizer a `loss_scale_factor`")  # fmt: skip
            return self._optimizer(inner)
        made = {"inner_optimizer": self._optimizer(inner)}
        made |= {key: config[key] for key in ("initial_scale", "dynamic_growth_steps")
                 if isinstance(config.get(key), int | float)}  # fmt: skip
        return {"class_name": SCALED, "config": made}

    def _loss(self, value: Any) -> Plain:
        return self._tried("loss", Kind.LOSS, _modern_loss, value)

    def _each(self, key: str, value: Any, change: Callable[[Any], Any]) -> Any:
        """One value, or one for each output, in the form that says to which it belongs."""
        if not isinstance(value, list | dict) or _is_object(value):
            return None if value is None else change(value)
        made = [None if item is None else change(item) for item in self._by_output(key, value)]
        if LEFT_OUT in made:
            return LEFT_OUT  # an output without its loss would be trained by none
        if key == "loss_weights":
            made = [1.0 if item is None else item for item in made]
        if None in made and len(made) > 1:
            return made  # Keras 3 wants a loss for each name
        return self._in_form(value, made)

    def _in_form(self, value: Any, made: list[Any]) -> Any:
        if len(self.outputs) == 1:
            return made[0]
        if isinstance(value, dict) and self.named:
            pairs = zip(self.outputs, made, strict=True)
            return {name: item for name, item in pairs if item not in (None, [])}
        return made

    def _by_output(self, key: str, value: Any) -> list[Any]:
        """What is said of each output."""
        if isinstance(value, list):
            found = value[: len(self.outputs)]
            return [*found, *[None] * (len(self.outputs) - len(found))]
        for name in value.keys() - set(self.outputs):
            self._note(key, f"the model has no output `{shown(name)}`")
        return [value.get(name) for name in self.outputs]

    def _metrics(self, key: str, value: Any) -> Any:
        if not isinstance(value, list | dict) or _is_object(value):
            value = [] if value is None else [value]
        several = len(self.outputs) > 1
        if isinstance(value, list) and not any(isinstance(item, list) for item in value):
            flat = self._metric_list(key, value, "")
            return [flat] * len(self.outputs) if several and flat else flat
        made = [
            self._metric_list(key, item, f"{name}_" if several else "")
            for name, item in zip(self.outputs, self._by_output(key, value), strict=True)
        ]
        return self._in_form(value, made) if any(made) else None

    def _metric_list(self, key: str, value: Any, prefix: str) -> Any:
        if value is None:
            return []
        items = value if isinstance(value, list) else [value]
        made = [
            self._tried(key, Kind.METRIC, lambda item: self._metric(key, item, prefix), item)
            for item in items
        ]
        return [item for item in made if item is not None and item is not LEFT_OUT]

    def _metric(self, key: str, value: Any, prefix: str) -> Plain:
        if value == "cosine_proximity":
            self._note(key, "`cosine_similarity` has the other sign than `cosine_proximity` had")
        if not isinstance(value, dict) or not isinstance(value.get("config"), dict):
            return old.METRICS.get(value, value) if isinstance(value, str) else value
        class_name, config = _class(value), value["config"]
        name = str(config.get("name") or "").removeprefix(prefix)
        if class_name in old.WRAPPERS:
            return _by_function(_function(config.get("fn")), name)
        kept = {key: item for key, item in config.items() if key not in ("name", "fn")}
        if kept.get("dtype") == "float32":
            del kept["dtype"]
        if name and not re.fullmatch(rf"{snake_case(class_name)}(_\d+)?", name):
            kept["name"] = name
        return {"class_name": class_name, "config": kept}


def _by_function(function: str, name: str) -> Plain:
    """A metric that Keras made of a function: as it was called for, if that says it."""
    if function in old.CHOSEN.get(name, ()):
        return name
    today = old.METRICS.get(function, function)
    entry = catalog.find_object(Kind.METRIC, today)
    called = catalog.find_object(Kind.METRIC, old.METRICS.get(name, name))
    if entry is None or called is entry or entry.is_function:
        return old.METRICS.get(name, name) if entry is not None and called is entry else today
    return {"class_name": entry.class_name, "config": {"name": name} if name else {}}


def _modern_loss(value: Any) -> Plain:
    if isinstance(value, str):
        return old.LOSSES.get(value, value)
    if not isinstance(value, dict) or not isinstance(value.get("config"), dict):
        return value
    class_name, config = _class(value), value["config"]
    if class_name in old.WRAPPERS:
        function = _function(config.get("fn"))
        return old.LOSSES.get(function, function)
    kept = {key: item for key, item in config.items() if key not in ("fn", "name")}
    if kept.get("reduction") == "auto":
        del kept["reduction"]
    return {"class_name": class_name, "config": kept}


def _schedule(value: Any) -> Plain:
    config = value.get("config")
    own = config if isinstance(config, dict) else {}
    return {**value, "config": {key: item for key, item in own.items() if item is not None}}


def _class(value: Mapping[str, Any]) -> str:
    return str(value.get("class_name")).removeprefix(CUSTOM)


def _function(value: Any) -> str:
    """The name of a function, which Keras 2.12 wrote as an object."""
    if isinstance(value, dict):
        value = value.get("config")
    return value if isinstance(value, str) else str(shown(value))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and "class_name" in value


def _as_it_is(value: Any) -> Any:
    return value


def _leaves(value: Any) -> list[Any]:
    """What is in lists and mappings, but nothing that is none."""
    items = value.values() if isinstance(value, dict) else value
    if isinstance(value, list | dict):
        return [leaf for item in items for leaf in _leaves(item)]
    return [] if value is None else [value]


def old_training(config: Mapping[str, Any], model: ImportedModel) -> OldTraining:
    """How a model was trained by its `training_config`, or its `compile_config`."""
    found = model.outputs
    ends = list(refs(found))
    layers = {each.name: each for each in model.layers}
    names = list(found) if isinstance(found, Mapping) else [ref.layer for ref in ends]
    plain = all(ref.call == 0 and not is_tf(layers[ref.layer]) for ref in ends)
    named = isinstance(found, Mapping) or (plain and len(set(names)) == len(names))
    made = OldTraining(names, named and not any("/" in name for name in names))
    made.read(config)
    return made

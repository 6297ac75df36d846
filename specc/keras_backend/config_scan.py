"""What a Keras config would make, seen before Keras makes any of it.

Keras looks a class up by names in the config: among registered ones, then in modules. So each
object in a config, however deep, is resolved here first: from Keras itself, from specc's own
classes, or from packages that the caller trusts. What is none of these is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import keras

from specc.catalog import Kind, find
from specc.diagnostics import Diagnostic, did_you_mean
from specc.errors import SpeccError
from specc.keras_backend.python.importing import import_module, import_object, usable
from specc.passes.embed import references_in
from specc.references import Reference, Trust, trust_for

MARKS: Final = frozenset(
    {"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"}
)
"""What Keras writes for plain values that JSON has no form for."""

OWN: Final = "specc.keras_backend."
"""Where specc's own classes are, which are registered with Keras."""

DECLARED_MODULE: Final = "specc.keras_backend.declared"
DECLARED: Final = ("specc>SpecLayer", "specc>SpecModel")
"""The names under which the classes that specs declare are registered."""

RUNS_CODE: Final = frozenset({"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})
"""Keras's layers that run code which a file names or brings."""

BASES: Final = (
    keras.Operation,
    keras.initializers.Initializer,
    keras.regularizers.Regularizer,
    keras.constraints.Constraint,
    keras.losses.Loss,
    keras.metrics.Metric,
    keras.optimizers.Optimizer,
    keras.optimizers.schedules.LearningRateSchedule,
    keras.quantizers.Quantizer,
    keras.DTypePolicy,
    keras.random.SeedGenerator,
)
"""Keras's own classes that a config may name are made from these."""

FUNCTIONS: Final = (Kind.ACTIVATION, Kind.LOSS, Kind.METRIC, Kind.INITIALIZER)


def custom_objects(
    config: object, trust: Trust, given: Mapping[str, Any], hints: Sequence[str] = ()
) -> dict[str, Any]:
    """The users' classes and functions of a config, by the names that Keras looks up.

    Args:
        config: Plain data, as JSON gives it.
        trust: Whose classes may be imported.
        given: Classes and functions of the caller's own, which it names itself.
        hints: References to what the model uses; their modules are imported if they are trusted.

    Raises:
        SpeccError: with every object that may not be made, each once.
    """
    for text in hints:
        reference = Reference.parse(text)
        if reference is not None and trust.covers(reference.module):
            import_module(reference.module, trust)
    found: dict[str, Any] = dict(given)
    problems: dict[str, Diagnostic] = {}
    for made in sorted(objects_in(config), key=_is_function):  # whose modules classes may tell
        try:
            found |= _resolve(made, trust, given)
        except SpeccError as error:
            problems |= {each.message: each for each in error.diagnostics}
    if problems:
        raise SpeccError(list(problems.values()))
    return found


def objects_in(config: object) -> Iterator[dict[str, Any]]:
    """Every part of a config that Keras takes for an object, at any depth."""
    open_: list[object] = [config]
    while open_:
        part = open_.pop()
        if isinstance(part, list):
            open_.extend(part)
        elif isinstance(part, dict):
            open_.extend(part.values())
            if "class_name" in part:
                yield part


def _is_function(made: Mapping[str, Any]) -> bool:
    return bool(made["class_name"] == "function")


def _resolve(made: dict[str, Any], trust: Trust, given: Mapping[str, Any]) -> dict[str, Any]:
    """What Keras must be told of, to make one object."""
    name, module, registered = _names(made)
    if name in MARKS or name in given or registered in given:
        return {}
    if _is_own(module, name, registered):
        return _own_functions(made.get("config"), trust)
    if name == "function" and module in ("", "builtins"):
        return _function(made.get("config"), registered, trust)
    if module.partition(".")[0] == "keras":
        _check_keras(made, module, name, registered)
        return {}
    if name.startswith("__") or not module:
        raise _refused(f"`{name}` can't be made from a file", "it is none of Keras's classes")
    return _users(made, module, name, registered, trust)


def _names(made: dict[str, Any]) -> tuple[str, str, str]:
    """The class, the module and the registered name of an object, all of them texts."""
    names = made.get("class_name"), made.get("module"), made.get("registered_name")
    if not all(isinstance(each, str | None) for each in names) or not names[0]:
        raise _refused("the config has an object whose class is no name", "")
    return names[0], names[1] or "", names[2] or ""


def _is_own(module: str, name: str, registered: str) -> bool:
    """Whether it is a class of specc's own, and no other by its registered name."""
    found = keras.saving.get_registered_object(registered)
    named = (getattr(found, "__module__", ""), getattr(found, "__name__", ""))
    if registered in DECLARED:  # each text makes a class of its own name
        return named == (DECLARED_MODULE, registered.partition(">")[2]) and module == named[0]
    return module.startswith(OWN) and named == (module, name) and name not in RUNS_CODE


def _own_functions(config: object, trust: Trust) -> dict[str, Any]:
    """The users' functions that an expression calls: imported, so that the layer finds them."""
    spec = config.get("spec") if isinstance(config, dict) else None
    if isinstance(spec, dict) and all(isinstance(text, str) for text in spec.values()):
        for text in references_in(spec):
            reference = Reference.parse(text)
            if reference is not None:
                import_object(reference, trust_for(reference.module, trust))
    functions = config.get("functions") if isinstance(config, dict) else None
    if not isinstance(functions, dict | None):
        raise _refused("an expression's functions are no mapping", "")
    for text in (functions or {}).values():
        reference = Reference.parse(text) if isinstance(text, str) else None
        if reference is None:
            raise _refused(f"`{text}` is no reference to a Python function", "")
        import_object(reference, trust_for(reference.module, trust))
    return {}


def _function(name: object, registered: str, trust: Trust) -> dict[str, Any]:
    """A function, which Keras writes without its module: one of Keras's, or of a trusted package.

    Trusted packages are imported, so that they register their functions.
    """
    if not isinstance(name, str) or registered not in ("", name, "function"):
        raise _refused(f"Keras has no function `{name}` for models", "")
    if any(find(kind, name) for kind in FUNCTIONS):
        return {}
    if keras.saving.get_registered_object(name) is None:
        for package in sorted(trust.packages):
            import_module(package, trust)
    target = keras.saving.get_registered_object(name)
    if target is None:
        message = f"the function `{name}` is none of Keras's, nor of a trusted package"
        mend = "trust the module that registers it: `--trust`, or `trust=`"
        raise SpeccError([Diagnostic("S504", message, help=mend)])
    reference = Reference(str(target.__module__), name.rpartition(">")[2])
    usable(target, reference, trust_for(reference.module, trust))
    return {}


def _check_keras(made: dict[str, Any], module: str, name: str, registered: str) -> None:
    """Refuses what is called Keras's and isn't, or would run code.

    Raises:
        SpeccError: S609.
    """
    if name == "function":
        _function(made.get("config"), registered, Trust())
        return
    if name in RUNS_CODE:
        entry = find(Kind.LAYER, name)
        reason = entry.refused if entry is not None else None
        raise _refused(f"`{name}` is refused", reason or "it runs code from outside the model")
    cls = _class_of_keras(module, name)
    if cls is None:
        raise _refused(
            f"Keras has no class `{module}.{name}` for models", did_you_mean(name, MODELS)
        )
    if registered not in ("", name, keras.saving.get_registered_name(cls)):
        message = f"`{registered}` stands for Keras's `{name}`, and is another class"
        raise _refused(message, "")


MODELS: Final = ("Functional", "Sequential", "Model")


def _class_of_keras(module: str, name: str) -> Any:
    """A class that Keras has loaded, by its module; nothing is imported for it."""
    found = vars(sys.modules[module]).get(name) if module in sys.modules else None
    if found is None:
        found = _public(module, name)
    is_class = isinstance(found, type) and issubclass(found, BASES)
    return found if is_class and found.__module__.partition(".")[0] == "keras" else None


def _public(module: str, name: str) -> Any:
    """What stands at `keras.….name`."""
    found: Any = keras
    for part in [*module.split(".")[1:], name]:
        found = None if part.startswith("_") else getattr(found, part, None)
    return found


def _users(
    made: dict[str, Any], module: str, name: str, registered: str, trust: Trust
) -> dict[str, Any]:
    """A class or function of a trusted package, by the name that Keras looks up."""
    trust = trust_for(module, trust)
    if not Reference.parse(f"python:{module}:X"):
        raise _refused(f"`{module}` is no Python module", "")
    loaded = import_module(module, trust)
    key = str(made.get("config")) if name == "function" else registered or name
    target = keras.saving.get_registered_object(key)
    if target is None:
        target = getattr(loaded, key.rpartition(">")[2] if name == "function" else name, None)
    usable(target, Reference(module, key.rpartition(">")[2]), trust)
    return {key: target}


def _refused(message: str, mend: str) -> SpeccError:
    return SpeccError([Diagnostic("S609", message, help=mend)])

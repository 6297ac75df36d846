"""Keras objects as configs have them become the shortest form that a spec has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from specc import catalog
from specc.catalog import Entry, Kind
from specc.catalog.naming import snake_case
from specc.catalog.tables.refused import legacy_help
from specc.catalog.value_types import Either, Float, ListOf, MappingOf, Object, ValueType
from specc.importing.memo import Memo
from specc.importing.old_names import GONE
from specc.importing.parts import ImportedModel, Plain
from specc.importing.problems import Problems, shown

STEP_KEYS = ("name", "trainable", "dtype")
LINEAR = "linear"
"""What Keras writes for an activation that isn't given."""

MAX_NESTING = 60
"""Objects in objects. A bidirectional layer of stacked cells with regularizers is five deep."""


DECLARED = ("specc>SpecLayer", "specc>SpecModel")
"""The names under which Keras knows the classes of layers and models that a spec declares."""

Nested = Callable[[Mapping[str, Any]], Plain]


class Objects:
    """Writes the objects of one import."""

    def __init__(
        self,
        problems: Problems,
        dtype: Plain = "float32",
        nested: Nested | None = None,
        model: Callable[[ImportedModel], Plain] | None = None,
    ) -> None:
        """Writes objects.

        Args:
            problems: Where problems go.
            dtype: The policy of layers that don't say theirs.
            nested: Writes layers that a spec declares.
            model: Writes models, as definitions, and gives their uses.
        """
        self.problems = problems
        self.dtype = dtype
        self.nested = nested
        self.model = model
        self._depth = 0
        self._memo: Memo[dict[str, Plain]] = Memo(problems)

    def arguments(self, entry: Entry, config: Mapping[str, Plain]) -> dict[str, Plain]:
        """The constructor's arguments that differ from the defaults, in their order."""
        return self._memo.made(entry, config, lambda: self._arguments(entry, config))

    def _arguments(self, entry: Entry, config: Mapping[str, Plain]) -> dict[str, Plain]:
        beside = STEP_KEYS if entry.kind in (Kind.LAYER, Kind.METRIC, Kind.LOSS) else ("name",)
        skipped = set(beside) - {p.name for p in entry.parameters}
        given: dict[str, Plain] = {}
        if config.get("adapters"):  # of specc's, which the layer's own rank would come before
            skipped |= {"lora_rank", "lora_alpha"}
        for name, value in config.items():
            if name in skipped:
                continue
            parameter = entry.parameter(name)
            if parameter is None:
                self._unknown(entry, name, value)
                continue
            short = self.value(parameter.type, value, name)
            if parameter.required or not is_default(parameter, short):
                given[name] = in_one(parameter, short)
        if "bin_boundaries" in given:  # which Discretization has learned, for its `num_bins`
            given.pop("num_bins", None)
        pool = entry.parameter("pool_size")
        if pool and same(
            given.get("strides"), given.get("pool_size", in_one(pool, plain(pool.default)))
        ):
            given.pop("strides")  # the default, as Keras writes it out
        return {p.name: given[p.name] for p in entry.parameters if p.name in given}

    def value(self, value_type: ValueType, value: Plain, name: str = "") -> Plain:
        """A value of a type, the objects in it short."""
        value = plain(value)
        match value_type:
            case Object(kind):
                return self.object(kind, value, name)
            case ListOf(inner) if isinstance(value, list):
                return [self.value(inner, item, f"{name}_{i}") for i, item in enumerate(value)]
            case MappingOf(inner) if isinstance(value, dict) and "class_name" not in value:
                return {key: self.value(inner, item, key) for key, item in value.items()}
            case Either(options):
                for option in options:
                    if option.admits(value):
                        return self.value(option, value, name)
        return value

    def object(self, kind: Kind, value: Plain, name: str = "") -> Plain:
        """One object: a bare name, or `{Name: {arguments}}`."""
        if kind is Kind.DTYPE:
            return self.policy(value)
        if isinstance(value, str):
            return self._named(kind, value)
        if isinstance(value, ImportedModel) and self.model is not None:
            return self.model(value)
        if not isinstance(value, dict):
            return value
        if self.nested is not None and value.get("registered_name") in DECLARED:
            return self.nested(value)
        class_name, config = value.get("class_name"), value.get("config")
        if class_name == "function" and isinstance(config, str):
            return self._named(kind, config)
        if not isinstance(class_name, str) or not isinstance(config, dict | None):
            self.problems.error("S521", f"`{shown(name)}` is no {kind}")
            return None
        entry = entry_of(kind, class_name, str(value.get("module") or ""))
        if entry is None or entry.refused is not None:
            self.report_class(kind, class_name, value, entry)
            return None
        return self._entry(entry, config or {}, name)

    def policy(self, value: Plain) -> Plain:
        """A dtype policy: its name where it has one."""
        if not isinstance(value, dict):
            return value
        config = value.get("config")
        class_name = value.get("class_name")
        if not isinstance(config, dict) or not isinstance(class_name, str):
            self.problems.error("S521", "`dtype` is no dtype policy")
            return None
        if class_name in ("DTypePolicy", "Policy", "FloatDTypePolicy") or set(config) == {"name"}:
            return config.get("name")
        if class_name == "DTypePolicyMap":
            return {class_name: self._policy_map(config)}
        known = {key: item for key, item in config.items() if item is not None}
        if "mode" in known and set(known) <= {"mode", "source_name"}:
            return f"{known['mode']}_from_{known.get('source_name', 'float32')}"
        return {class_name: known}

    def _policy_map(self, config: Mapping[str, Plain]) -> dict[str, Plain]:
        made = dict(config)
        if "default_policy" in made:
            made["default_policy"] = self.policy(made["default_policy"])
        if isinstance(made.get("policy_map"), dict):
            made["policy_map"] = {k: self.policy(v) for k, v in made["policy_map"].items()}  # type: ignore[attr-defined]  # just seen
        return {key: value for key, value in made.items() if value not in (None, {})}

    def _named(self, kind: Kind, name: str) -> Plain:
        if kind is Kind.METRIC and name in catalog.COMPILE_METRICS:
            return name
        if catalog.find_object(kind, name) is None and name not in DEFINITIONS:
            self.report_class(kind, name, {}, None)
        return name

    def _entry(self, entry: Entry, config: Mapping[str, Plain], name: str) -> Plain:
        self._depth += 1
        if self._depth > MAX_NESTING:
            self.problems.fail("S521", f"objects are nested more than {MAX_NESTING} deep")
        try:
            arguments = self.arguments(entry, config)
            beside = self.beside(entry, config, name) if entry.kind is Kind.LAYER else {}
        finally:
            self._depth -= 1
        if beside:
            return {entry.name: arguments, **beside}
        return {entry.name: arguments} if arguments else bare_name(entry)

    def beside(self, entry: Entry, config: Mapping[str, Plain], argument: str) -> dict[str, Plain]:
        """`name`, `trainable` and `dtype` of a layer inside a layer, if they say anything."""
        beside: dict[str, Plain] = {}
        if config.get("name") not in (None, nested_name(entry, argument)):
            beside["name"] = config["name"]
        if config.get("trainable") is False and "trainable" in entry.step_keys:
            beside["trainable"] = False
        dtype = self.policy(config.get("dtype"))
        if dtype not in (None, self.dtype) and "dtype" in entry.step_keys:
            beside["dtype"] = dtype
        return beside

    def _unknown(self, entry: Entry, name: str, value: Plain) -> None:
        """An argument that the class doesn't have: nothing is lost where it says nothing."""
        if value in (None, False, [], {}, ""):
            return
        if name in IGNORED or (entry.name, name) in IGNORED_OF:
            return
        message = f"{entry.name} has no argument `{shown(name)}` today, and it is {shown(value)!r}"
        self.problems.error("S523", message, legacy_help(entry.name, name) or "")

    def report_class(
        self, kind: Kind, name: str, value: Mapping[str, Plain], entry: Entry | None
    ) -> None:
        """Records a class that a spec can't have: one that is refused, or none of Keras's."""
        if entry is not None:
            self.problems.error("S522", f"`{entry.name}` can't be in a spec", entry.refused or "")
            return
        if name in GONE:
            self.problems.error("S527", f"Keras 3 has no `{name}`", GONE[name])
            return
        module = value.get("module") or value.get("registered_name")
        where = f" of `{shown(module)}`" if module else ""
        self.problems.error(
            "S524", f"the {kind} `{shown(name)}`{where} is none of Keras's",
            "write it as a spec of its own, and import it there",
        )  # fmt: skip


DEFINITIONS: Mapping[str, Plain] = {
    "keras2_hard_sigmoid": {"inputs": ["x"], "body": "clip(0.2 * x + 0.5, 0.0, 1.0)"},
}
"""Functions that Keras 3 no longer has, by the names of the definitions that stand for them."""

IGNORED = frozenset(
    {
        "registered_name",
        "quantization_mode",
        "build_config",
        "shared_object_id",
        "frozen",
        "adapters",
    }
)
"""What configs of layers hold that says nothing of the layer."""

IGNORED_OF = frozenset(
    {
        ("IntegerLookup", "vocabulary_size"),
        ("StringLookup", "vocabulary_size"),
        ("TextVectorization", "vocabulary_size"),
    }
)
"""The same for one class: what follows from its other arguments."""


def plain(value: Any) -> Plain:
    """A value without the marks that Keras sets around what JSON has no form for."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value.get("class_name"), value.get("config"):
        case "__tuple__", _ if isinstance(value.get("items"), list):
            return [plain(item) for item in value["items"]]
        case ("__numpy__", {"value": content}):
            return content
        case ("__tensor__", {"value": content}):
            return content
        case ("__tuple__", {"items": list(items)}):
            return items
        case ("TensorShape", {"dims": list(items)} | [*items]):
            return items
    return value


def escaped(value: Plain) -> Plain:
    """A value with its texts as texts: one that begins with `=` would be code."""
    if isinstance(value, str):
        return f"={value}" if value.startswith("=") else value
    if isinstance(value, list):
        return [escaped(item) for item in value]
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    return value


@cache
def _by_class(kind: Kind) -> dict[str, Entry]:
    found = (catalog.find(kind, name) for name in catalog.all_names(kind))
    return {entry.class_name: entry for entry in found if entry and not entry.is_function}


def entry_of(kind: Kind, class_name: str, module: str = "") -> Entry | None:
    """The entry of a class as a config names it; None if it isn't Keras's."""
    if not is_keras_module(module):
        return None
    found = _by_class(kind).get(class_name) or catalog.find_object(kind, class_name)
    if found is None and kind is Kind.OPTIMIZER:
        return None
    if found is None and kind is Kind.ACTIVATION:
        return _by_class(Kind.LAYER).get(class_name)
    return found


SPATIAL = frozenset(
    {"kernel_size", "strides", "pool_size", "dilation_rate", "size", "padding", "cropping"}
)
"""Arguments that Keras writes out for each dimension, where one number says all."""


def in_one(parameter: catalog.Parameter, value: Plain) -> Plain:
    """A value for each dimension as one for all, if they are equal."""
    match value:
        case [int() | float() as low, int() | float() as high] if low == -high and low < 0:
            # A range around 0, which Keras writes out where it takes one number.
            options = parameter.type.options if isinstance(parameter.type, Either) else ()
            around = any(isinstance(each, Float) and each.minimum == 0 for each in options)
            return high if around else value
    if parameter.name not in SPATIAL or not isinstance(value, list) or not value:
        return value
    items = [in_one(parameter, item) for item in value]
    if any(isinstance(item, list) or not same(item, items[0]) for item in items):
        return value if any(isinstance(item, list) for item in items) else items
    options = parameter.type.options if isinstance(parameter.type, Either) else ()
    return items[0] if any(option.admits(items[0]) for option in options) else value


KERAS_MODULES = ("", "keras", "builtins", "tensorflow", "tf_keras", "keras_core")


def is_keras_module(module: str) -> bool:
    """Whether a config's module is Keras's own, in some version; none is none of a stranger's."""
    return module.partition(".")[0] in KERAS_MODULES


def nested_name(entry: Entry, argument: str) -> str:
    """What specc calls a nested layer that isn't given a name: see `keras_config.objects`."""
    place = argument.rpartition("_")[2]
    snake = snake_case(entry.class_name)
    return f"{snake}_{place}" if place.isdigit() else snake


def bare_name(entry: Entry) -> str:
    """The name that people write: `he_normal` for HeNormal, `Dense` for a layer."""
    if entry.kind is not Kind.INITIALIZER or entry.always_written:
        return entry.name
    snake = snake_case(entry.name)
    return snake if snake in entry.aliases else entry.name


def is_default(parameter: catalog.Parameter, value: Plain) -> bool:
    """Whether a short value is the one that the class takes if none is given."""
    default = parameter.default
    if value is None and default is None:
        return True
    if parameter.name == "data_format" and default is None:
        return value == "channels_last"
    if Kind.ACTIVATION in parameter.kinds and default is None:
        return value == LINEAR
    if isinstance(value, str) and isinstance(default, str) and parameter.kinds:
        kind = parameter.kinds[0]
        return value == default or _same_entry(kind, value, default)
    return same(value, default) or same(value, in_one(parameter, plain(default)))


def _same_entry(kind: Kind, one: str, other: str) -> bool:
    first = catalog.find(kind, one)
    return first is not None and first is catalog.find(kind, other)


def same(one: Plain, other: Plain) -> bool:
    """Whether two values are equal in kind, too: `1` is no `true`."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other

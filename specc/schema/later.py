"""The forms of keys that documents keep as they are written, for the compiler to look at later.

By the name of the part and the key. What stands here is laxer than the language, never stricter.
"""

from __future__ import annotations

from specc.catalog import Kind, all_names
from specc.catalog.compiling import COMPILE_OBJECTS, COMPILE_VALUES
from specc.language import LANGUAGE_VERSION, Table
from specc.schema.form import (
    ANYTHING,
    CODE_TEXT,
    EXPRESSION,
    Schema,
    described,
    list_of,
    mapping_of,
    one_of,
    ref,
)
from specc.schema.values import kind_name


def by_name(entry: Schema) -> Schema:
    """Entries by name, written out or as a table."""
    is_table = {"required": list(Table.keys())}
    table = ref("table", properties={"each": entry})
    return {"type": "object", "if": is_table, "then": table, "else": mapping_of(entry)}


_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = one_of([_TEXT, list_of(_TEXT)])
_FLAG: Schema = {
    "type": ["string", "boolean"],
    "pattern": "^=",
    "errorMessage": "expected true or false, or `=` code",
}
_SIZE: Schema = {
    "type": ["string", "integer", "null"],
    "minimum": 0,
    "pattern": "^=",
    "errorMessage": "a size is a whole number, null where it is unknown, or `=` code",
}
_SHAPE: Schema = one_of([list_of(_SIZE), CODE_TEXT])
_TENSORS: Schema = {"type": ["string", "number", "boolean", "array", "object", "null"]}
_WEIGHT: Schema = {
    "title": "weight",
    "type": "object",
    "properties": {
        "shape": described(_SHAPE, "The weight's shape."),
        "dtype": described(ref(kind_name(Kind.DTYPE)), "The dtype; the layer's if not given."),
        "initializer": described(ref(kind_name(Kind.INITIALIZER)), "How fresh values are made."),
        "regularizer": described(ref(kind_name(Kind.REGULARIZER)), "What is added to the loss."),
        "constraint": described(ref(kind_name(Kind.CONSTRAINT)), "What updates must keep to."),
        "trainable": described(_FLAG, "Whether the weight trains."),
        "value": described(ref("body"), "A body over params and constants, run once at build."),
        "save": described(_FLAG, "Whether the weight is kept in weight files."),
        "if": described(EXPRESSION, "Whether the weight exists."),
        "doc": described(_TEXT, "What it is."),
    },
    "additionalProperties": False,
}

_WEIGHT_FILE: Schema = {
    "title": "weights",
    "type": "object",
    "properties": {
        "from": described(_TEXT, "The file: a path, or a URL."),
        "sha256": described(_TEXT, "The file's digest."),
        "select": described(_TEXTS, "Globs of the keys to take."),
    },
    "required": ["from"],
}

_COMPILE_DOCS = {
    "optimizer": "The optimizer.",
    "loss": "The loss, or losses by output.",
    "metrics": "Metrics to evaluate, in a list or by output.",
    "weighted_metrics": "Metrics that sample weights weigh.",
    "loss_weights": "How much each output's loss counts.",
    "run_eagerly": "Whether to run step by step, for debugging.",
    "steps_per_execution": "Batches to run in each call of the compiled function.",
    "jit_compile": "Whether to compile with XLA.",
    "auto_scale_loss": "Whether mixed precision scales the loss.",
}
_JSON_TYPES = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def definitions() -> dict[str, Schema]:
    """What the forms below refer to."""
    objects = [ref(kind_name(kind)) for kind in Kind if kind is not Kind.ACTIVATION]
    return {
        "weight": _WEIGHT,
        "training": _training(),
        "keras": one_of([*objects, CODE_TEXT]),
        **{f"{kind_name(kind)}.outputs": _by_output(kind) for kind in COMPILE_OBJECTS.values()},
    }


def _training() -> Schema:
    """The arguments of `Model.compile`."""
    values = {
        key: {"type": ["string", *(_JSON_TYPES[each] for each in allowed if each is not str)]}
        for key, allowed in COMPILE_VALUES.items()
    }
    optimizer = ref(kind_name(Kind.OPTIMIZER))
    outputs = {key: ref(f"{kind_name(kind)}.outputs") for key, kind in COMPILE_OBJECTS.items()}
    keys = outputs | values | {"optimizer": optimizer}
    return {
        "title": "training",
        "type": "object",
        "properties": {k: described(form, _COMPILE_DOCS.get(k)) for k, form in keys.items()},
        "additionalProperties": False,
    }


def _by_output(kind: Kind) -> Schema:
    """One object, a list of them, or a mapping of them by the outputs' names."""
    again = ref(f"{kind_name(kind)}.outputs")
    names = {"propertyNames": {"not": {"enum": all_names(kind)}}}
    outputs = {**mapping_of(again), "anyOf": [{"minProperties": 2}, names]}
    return one_of([ref(kind_name(kind)), outputs, list_of(again), {"type": "null"}])


_AXIS: Schema = {"type": "integer", "minimum": 0}
_JOINT: Schema = one_of(
    [
        _AXIS,
        {
            "type": "object",
            "required": ["axis"],
            "properties": {"axis": _AXIS, "sizes": list_of(_AXIS)},
            "additionalProperties": False,
        },
    ]
)

LATER: dict[tuple[str, str], Schema] = {
    ("Input", "shape"): _SHAPE,
    ("Input", "dtype"): ref("dtype"),
    ("Input", "batch"): _SIZE,
    ("Table", "each"): ANYTHING,
    ("Block", "layers"): by_name(ref("sublayer")),
    ("Block", "weights"): by_name(ref("weight")),
    ("Block", "states"): by_name(ref("weight")),
    ("Block", "outputs"): _TENSORS,
    ("Block", "mask"): {"type": "string", "examples": ["pass"]},
    ("Block", "methods"): mapping_of(ref("method")),
    ("Model", "dtype"): ref("dtype"),
    ("Model", "training"): ref("training"),
    ("Document", "specc"): {"const": LANGUAGE_VERSION},
    ("KerasObject", "keras"): ref("keras"),
    ("Model", "freeze"): _TEXTS,
    ("Model", "lora"): one_of([ref("lora"), list_of(ref("lora")), {"type": "null"}]),
    ("Lora", "targets"): _TEXTS,
    ("Lora", "rank"): {"type": ["string", "integer"], "minimum": 1, "pattern": "^="},
    ("Lora", "alpha"): {"type": ["string", "number"], "pattern": "^="},
    ("Deployment", "weights"): one_of([_TEXT, list_of(one_of([_WEIGHT_FILE, _TEXT]))]),
    ("Deployment", "non_trainable"): {"enum": ["require", "fresh"]},
    ("Deployment", "export"): list_of({"enum": ["keras", "saved_model", "litert", "onnx"]}),
    ("Deployment", "verify"): {"type": "object"},
    ("MappingRule", "from"): _TEXTS,
    ("MappingRule", "to"): _TEXTS,
    ("MappingRule", "concat"): _JOINT,
    ("MappingRule", "split"): _JOINT,
    ("MappingRule", "transpose"): list_of(_AXIS),
    ("WeightMapping", "ignore"): _TEXTS,
    ("Step", "in"): _TENSORS,
    ("Step", "name"): _TEXT,
    ("Step", "keras_name"): _TEXT,
    ("Step", "trainable"): _FLAG,
    ("Step", "dtype"): ref("dtype"),
}

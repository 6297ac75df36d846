"""Calls of TensorFlow's functions among layers become tensor expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from specc.importing import tf_ops as tf
from specc.importing.expressions import NoText, Write, operand_text, text_of
from specc.importing.outputs import Outputs
from specc.importing.parts import (
    Application,
    ImportedLayer,
    ImportedModel,
    Ref,
    Structure,
    renamed,
)
from specc.importing.problems import shown

CLASSES: Final = frozenset(
    {"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod", "InstanceProperty"}
)
"""Classes of Keras 2 for what was no layer."""

Values = dict[str, Structure]

_DTYPES: Final = {"DT_FLOAT": "float32", "DT_DOUBLE": "float64", "DT_HALF": "float16"}
_PLACE: Final = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_FUNCTION: Final = re.compile(r"([A-Za-z_]\w*)\(")
SHAPE: Final = "compat.v1.shape"
GETITEM: Final = "__operators__.getitem"
RESIZE: Final = "image.resize"
UNSTACK: Final = "unstack"


def is_tf(layer: ImportedLayer) -> bool:
    """Whether it stands for a call of TensorFlow."""
    return layer.class_name in CLASSES


def tf_function(layer: ImportedLayer) -> str:
    """The function's name below `tf.`; empty if the config names none."""
    if layer.class_name == "TensorFlowOpLayer":
        node = layer.config.get("node_def")
        name = node.get("op") if isinstance(node, dict) else None
        return tf.NODES[name][0] if isinstance(name, str) and name in tf.NODES else ""
    name = layer.config.get("function")
    return tf.ALIASES.get(name, name) if isinstance(name, str) else ""


def tf_names(layer: ImportedLayer) -> frozenset[str]:
    """The functions that its expression will call."""
    function = tf_function(layer)
    if function in ("split", UNSTACK, "linalg.matmul"):
        return frozenset({"split", "take", "swapaxes"})
    text = tf.CALLS.get(function, "").rpartition("->")[2]
    return frozenset({"array", *_FUNCTION.findall(text)})


def tf_values(layer: ImportedLayer, call: Application) -> Values:
    """The arguments of a call by their names.

    Raises:
        NoText: the function isn't in the table, or has an argument that has no equal.
    """
    if layer.class_name == "TensorFlowOpLayer":
        values = _of_node(layer, call)
    else:
        names = _parameters(tf_function(layer), layer)
        if not call.args or len(call.args) > len(names):
            raise NoText(f"a call of {_called(layer)} with {len(call.args)} arguments")
        values = {**dict(zip(names, call.args, strict=False)), **call.kwargs}
    _check(layer, values)
    return values


def tf_text(layer: ImportedLayer, call: Application, write: Write) -> str:
    """The expression of one call.

    Raises:
        NoText: it has none.
    """
    values = tf_values(layer, call)
    function = tf_function(layer)
    if function in WRITERS:
        return WRITERS[function](values, write)
    if function in tf.INFIX:
        return _infix(tf.INFIX[function], values, write)
    parameters, _, template = tf.CALLS[function].partition(" -> ")
    defaults = dict(each.split("=") for each in parameters.split() if "=" in each)

    def filled(match: re.Match[str]) -> str:
        name, prefix = match[1], match[2]
        value = values.get(name)
        if prefix is None and value is None:
            if name not in defaults:
                raise NoText(f"a call of {_called(layer)} without `{name}`")
            return defaults[name]
        return "" if value is None or value is False else (prefix or "") + _text(name, value, write)

    return _PLACE.sub(filled, template)


def _parameters(function: str, layer: ImportedLayer) -> list[str]:
    if function in tf.INFIX:
        return ["x", "y", "value", "bias", "self", "other"]
    if function in tf.PARAMETERS:
        return list(tf.PARAMETERS[function])
    if function not in tf.CALLS:
        raise NoText(_called(layer))
    return [each.partition("=")[0] for each in tf.CALLS[function].partition(" -> ")[0].split()]


def _infix(symbol: str, values: Values, write: Write) -> str:
    """Two operands, whatever the second is called: `y`, or `bias`."""
    names = [name for name, value in values.items() if name != "name" and value is not None]
    if len(names) != 2:
        lost = " of which Keras 2 wrote only one operand into the config"
        raise NoText(f"`{symbol}`" + (lost if len(names) == 1 else f" of {len(names)} operands"))
    left, right = (_operand(values, name, write) for name in names)
    return f"{left} {symbol} {right}"


def _called(layer: ImportedLayer) -> str:
    """What messages call it."""
    node = layer.config.get("node_def")
    if isinstance(node, dict):
        return f"TensorFlow's node `{shown(node.get('op'))}`"
    name = layer.config.get("function") or layer.config.get("attr_name")
    return f"`tf.{shown(name)}`" if name else f"a `{layer.class_name}`"


def _check(layer: ImportedLayer, values: Values) -> None:
    known = _parameters(tf_function(layer), layer)
    for name, value in list(values.items()):
        if isinstance(value, Ref | list):
            wrong = name not in known
        elif value in tf.SAY_NOTHING.get(name, ()):
            values[name] = None
            continue
        else:
            wrong = name not in known and name != "name" and value not in (None, False)
        if wrong:
            raise NoText(f"`{name}` in a call of {_called(layer)}")


def _text(name: str, value: Structure, write: Write) -> str:
    if isinstance(value, str) and name in tf.VALUES:
        return text_of(tf.VALUES[name].get(value, value), write)
    if isinstance(value, list) and name in tf.TENSORS:
        return f"array({text_of(value, write)})"
    return text_of(value, write)


def _operand(values: Values, name: str, write: Write) -> str:
    value = values.get(name)
    if isinstance(value, list):
        return f"array({text_of(value, write)})"
    return operand_text(value, write)


def _of_node(layer: ImportedLayer, call: Application) -> Values:
    """The arguments of a graph's node: its inputs, constants among them, and its attributes."""
    node, constants = layer.config.get("node_def"), layer.config.get("constants")
    function = tf_function(layer)
    if not isinstance(node, dict) or not function:
        raise NoText(_called(layer))
    inputs = _inputs(call, constants if isinstance(constants, dict) else {})
    _, names, renamed = tf.NODES[str(node.get("op"))]
    own = _parameters(function, layer)[:1] if names == "*" else names.split()
    values = _named(own, inputs)
    attributes = node.get("attr")
    for pair in renamed.split():
        old, new = pair.split("=")
        found = attributes.get(old) if isinstance(attributes, dict) else None
        if isinstance(found, dict) and found:
            values[new] = _attribute(found)
    return values


def _inputs(call: Application, constants: Mapping[str, Any]) -> list[Structure]:
    [given] = call.args
    left = list(given) if isinstance(given, list) else [given]
    count = len(left) + len(constants)
    made: list[Structure] = []
    for place in range(count):
        if str(place) in constants:
            made.append(constants[str(place)])
        elif left:
            made.append(left.pop(0))
    return made


def _named(names: list[str], inputs: list[Structure]) -> Values:
    if names[0].startswith("*"):
        after = names[1:]
        split = len(inputs) - len(after)
        return {names[0][1:]: inputs[:split], **dict(zip(after, inputs[split:], strict=True))}
    if len(inputs) > len(names):
        raise NoText(f"a node with {len(inputs)} inputs")
    return dict(zip(names, inputs, strict=False))


def _attribute(value: Mapping[str, Any]) -> Structure:
    """A value of an attribute, as the JSON of protocol buffers has it: whole numbers are texts."""
    kind, content = next(iter(value.items()))
    if kind == "type":
        return _DTYPES.get(str(content), str(content).removeprefix("DT_").lower())
    if kind == "i":
        return int(content)
    if kind == "list" and isinstance(content, dict):
        numbers = content.get("i", [])
        return [int(each) for each in numbers] or None
    return content if isinstance(content, bool | int | float | str) else None


def is_shape(layer: ImportedLayer) -> bool:
    """Whether it is a tensor's shape, which expressions name instead of computing."""
    return is_tf(layer) and tf_function(layer) == SHAPE


def size_of(layer: ImportedLayer, call: Application) -> tuple[Ref, int] | None:
    """The shape and the axis, if it is one size of something; None else."""
    if not is_tf(layer) or tf_function(layer) not in (GETITEM, "strided_slice"):
        return None
    values = tf_values(layer, call)
    shape, key = values.get("tensor"), values.get("slice_spec")
    if tf_function(layer) == "strided_slice":
        shape, begin = values.get("input_"), values.get("begin")
        shrinks = values.get("shrink_axis_mask") == 1
        key = begin[0] if shrinks and isinstance(begin, list) and len(begin) == 1 else None
    if isinstance(key, list) and len(key) == 1:
        key = key[0]
    return (shape, key) if isinstance(shape, Ref) and type(key) is int else None


def _getitem(values: Values, write: Write) -> str:
    spec = values.get("slice_spec")
    parts = spec if isinstance(spec, list) else [spec]
    return f"{_operand(values, 'tensor', write)}[{', '.join(_part(p, write) for p in parts)}]"


def _part(part: Structure, write: Write) -> str:
    if isinstance(part, Mapping):
        if part.get("class_name") == "__ellipsis__":
            return "..."
        return _range(part.get("start"), part.get("stop"), part.get("step"), write)
    return text_of(part, write)


def _range(start: Structure, stop: Structure, step: Structure, write: Write) -> str:
    start = None if start == 0 else start
    first, last = ("" if each is None else text_of(each, write) for each in (start, stop))
    return f"{first}:{last}" + ("" if step in (None, 1) else f":{text_of(step, write)}")


def _slice(values: Values, write: Write) -> str:
    begin, size = _whole(values, "begin"), _whole(values, "size")
    parts = [
        _range(start, None if length == -1 else start + length, None, write)
        for start, length in zip(begin, size, strict=True)
    ]
    return f"{_operand(values, 'input_', write)}[{', '.join(parts)}]"


def _strided_slice(values: Values, write: Write) -> str:
    begin, end = _whole(values, "begin"), _whole(values, "end")
    strides = _whole(values, "strides") if values.get("strides") else [1] * len(begin)
    masks = {
        name: values.get(f"{name}_mask") or 0
        for name in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
    }
    parts = []
    for place, (first, last, step) in enumerate(zip(begin, end, strides, strict=True)):
        bit = 1 << place
        if _has(masks["ellipsis"], bit):
            parts.append("...")
        elif _has(masks["new_axis"], bit):
            parts.append("None")
        elif _has(masks["shrink_axis"], bit):
            parts.append(str(first))
        else:
            start = None if _has(masks["begin"], bit) else first
            stop = None if _has(masks["end"], bit) else last
            parts.append(_range(start, stop, step, write))
    return f"{_operand(values, 'input_', write)}[{', '.join(parts)}]"


def _has(mask: Structure, bit: int) -> bool:
    return isinstance(mask, int) and bool(mask & bit)


def _whole(values: Values, name: str) -> list[int]:
    found = values.get(name)
    if isinstance(found, list) and all(type(item) is int for item in found):
        return found
    raise NoText(f"a slice whose `{name}` is computed")


def _matmul(values: Values, write: Write) -> str:
    sides = []
    for name in ("a", "b"):
        text = _operand(values, name, write)
        sides.append(f"swapaxes({text}, -2, -1)" if values.get(f"transpose_{name}") else text)
    return f"{sides[0]} @ {sides[1]}"


def _split(values: Values, write: Write) -> str:
    sizes, axis = values.get("num_or_size_splits"), values.get("axis") or 0
    if isinstance(sizes, list):
        whole = _whole(values, "num_or_size_splits")
        if -1 in whole:
            raise NoText("a split into parts of which one takes the rest")
        sizes = [sum(whole[: place + 1]) for place in range(len(whole) - 1)]
    return f"split({_operand(values, 'value', write)}, {text_of(sizes, write)}, axis={axis})"


WRITERS: Final[Mapping[str, Callable[[Values, Write], str]]] = {
    GETITEM: _getitem,
    "linalg.matmul": _matmul,
    "slice": _slice,
    "split": _split,
    "strided_slice": _strided_slice,
}


def tf_outputs(layer: ImportedLayer, call: Application) -> Outputs:
    """What a call gives."""
    function = tf_function(layer)
    if function == "math.top_k":
        return Outputs(2, is_list=True)
    if function != "split":
        return Outputs()
    parts = tf_values(layer, call).get("num_or_size_splits")
    count = len(parts) if isinstance(parts, list) else parts
    return Outputs(count if isinstance(count, int) else 1, is_list=True)


def unstacked_text(layer: ImportedLayer, call: Application, place: int, write: Write) -> str:
    """One of what `unstack` gives; how many these are, the config doesn't say."""
    values = tf_values(layer, call)
    value = _operand(values, "value", write)
    return f"take({value}, {place}, axis={text_of(values.get('axis') or 0, write)})"


def with_layer_names(model: ImportedModel) -> ImportedModel:
    """The model with TensorFlow's nodes read by their layers' names.

    TensorFlow 2.0 wrote `tf_op_layer_add` for the layer, and at times `add` where it is read.
    """
    names = {each.name for each in model.layers}
    own = {
        str(each.config.get("name")): each.name
        for each in model.layers
        if each.class_name == "TensorFlowOpLayer" and each.config.get("name") not in names
    }
    return renamed(model, own) if own else model


def resized(layer: ImportedLayer, call: Application) -> tuple[Structure, dict[str, Structure]]:
    """What is resized, and the arguments of the layer `Resizing` that does it.

    Raises:
        NoText: the size is computed.
    """
    values = tf_values(layer, call)
    height, width = (*_whole(values, "size"), 0, 0)[:2]
    method = values.get("method") or "bilinear"
    arguments: dict[str, Structure] = {"height": height, "width": width}
    return values["images"], arguments | ({} if method == "bilinear" else {"interpolation": method})

"""Nodes of TensorFlow's graphs, as TensorFlow 2.0 and 2.1 wrote them into configs: as bytes.

tensorflow/core/framework/node_def.proto and attr_value.proto. What comes out is what later versions
wrote, the JSON of the same message.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Final

from specc.weights.malformed import Malformed, TooLarge
from specc.weights.tensorflow.protobuf import Message, to_signed, varint

_NAME, _OP, _INPUT, _ATTR = 1, 2, 3, 5  # of NodeDef
_KEY, _VALUE = 1, 2  # of an entry of a map
_LIST, _TEXT, _INTEGER, _FLOAT, _TRUE, _TYPE = range(1, 7)  # of AttrValue
_INTEGERS = 3  # of its ListValue
MAX_NODE: Final = 2**16
"""Bytes of a node. Constants, which may be large, stand beside it."""

TYPES: Final = {
    **{1: "DT_FLOAT", 2: "DT_DOUBLE", 3: "DT_INT32", 4: "DT_UINT8", 5: "DT_INT16", 6: "DT_INT8"},
    **{9: "DT_INT64", 10: "DT_BOOL", 14: "DT_BFLOAT16", 19: "DT_HALF"},
}
"""Of `DataType` in types.proto."""


def node_def(value: Any) -> Any:
    """A node as data; as it is if it is no text, or none that holds a node."""
    if not isinstance(value, str) or len(value) > MAX_NODE:
        return value
    try:
        message = Message(value.encode())
        return {
            "name": message.text(_NAME),
            "op": message.text(_OP),
            "input": message.texts(_INPUT),
            "attr": {
                entry.text(_KEY): _attribute(entry.message(_VALUE))
                for entry in message.messages(_ATTR)
            },
        }
    except (Malformed, TooLarge, UnicodeEncodeError):
        return value


def _attribute(value: Message) -> dict[str, Any]:
    """One kind of value. JSON has whole numbers as texts, and leaves out what is none."""
    if value.has(_INTEGER):
        return {"i": str(value.signed(_INTEGER))}
    if value.has(_TRUE):
        return {"b": bool(value.unsigned(_TRUE))}
    if value.has(_TYPE):
        return {"type": TYPES.get(value.unsigned(_TYPE), "")}
    if value.has(_TEXT):
        return {"s": value.text(_TEXT)}
    if value.has(_LIST):
        return {"list": {"i": [str(each) for each in _integers(value.message(_LIST))]}}
    if value.has(_FLOAT):
        return {"f": struct.unpack("<f", value.unsigned(_FLOAT).to_bytes(4, "little"))[0]}
    return {}


def _integers(values: Message) -> Iterator[int]:
    """Whole numbers, which stand together."""
    for packed in values.each(_INTEGERS):
        position = 0
        while position < len(packed):
            number, position = varint(packed, position)
            yield to_signed(number)

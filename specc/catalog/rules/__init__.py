"""Shapes, dtypes and variables without building anything: pure functions of inputs and arguments.

Gradual: what no rule covers is unknown, and unknown spreads; it is never an error.
"""

from specc.catalog.rules import layers  # importing it registers the rules
from specc.catalog.rules.inference import Inference, infer_layer, infer_nested, infer_op
from specc.catalog.rules.policy import Policy, policy
from specc.catalog.rules.registry import OP_RULES, SHAPE_RULES, SLOT_RULES, RuleError
from specc.catalog.rules.slot_spec import SlotKind, SlotSpec
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Specs, TensorSpec, leaves, show_shape

__all__ = [
    "OP_RULES",
    "SHAPE_RULES",
    "SLOT_RULES",
    "UNKNOWN",
    "Inference",
    "Policy",
    "RuleError",
    "Shape",
    "SlotKind",
    "SlotSpec",
    "Specs",
    "TensorSpec",
    "infer_layer",
    "infer_nested",
    "infer_op",
    "layers",
    "leaves",
    "policy",
    "show_shape",
]

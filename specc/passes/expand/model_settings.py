"""What a model says of itself as a whole: its dtype policy, and its training."""

from __future__ import annotations

from collections.abc import Mapping

from specc.language import Block, Model
from specc.passes.expand.evaluation import dtype_policy, evaluate_node
from specc.passes.expand.frame import Context, Frame
from specc.passes.expand.python_objects import Place
from specc.passes.expand.python_training import with_python_training
from specc.passes.poison import POISON
from specc.source.nodes import Mapping as MappingNode
from specc.source.nodes import Node


def model_dtype(block: Block, params: Mapping[str, object], context: Context) -> object:
    """The dtype policy that a model says for its layers; None if it says none."""
    if not isinstance(block, Model) or block.dtype is None:
        return None
    return dtype_policy(block.dtype, params, context)


def evaluate_training(block: Block, frame: Frame) -> Mapping[str, object] | None:
    """The values of `training:`, as far as they have one."""
    if not isinstance(block, Model) or block.training is None:
        return None
    values = {k: evaluate_node(n, frame.names, frame.context) for k, n in block.training.items()}
    given = {key: value for key, value in values.items() if value is not POISON}
    node = training_node(block)
    return given if node is None else with_python_training(given, Place(node, frame))


def training_node(block: Block) -> Node | None:
    """Where `training` is written."""
    if not isinstance(block, Model) or not isinstance(block.node, MappingNode):
        return None
    entry = block.node.entries.get("training")
    return entry.value if entry else None

"""What was found out of layers that say the same: models repeat themselves, and so do variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from specc.catalog.rules import Inference, Specs, TensorSpec
from specc.ir import DeclaredLayer, LayerBody, Operation

Key = tuple[object, ...]
Followed = tuple[str, Sequence[LayerBody]] | None


class Memo:
    """Remembers which steps were checked, and what layers give; lives as long as one check."""

    def __init__(self) -> None:
        self._checked: dict[Key, bool] = {}
        self._inferred: dict[Key, tuple[Inference, Followed]] = {}

    def is_sound(self, operation: Operation, check: Callable[[], bool]) -> bool:
        """Whether an operation's arguments pass a check, made once for equal ones of a step."""
        key = (id(operation.arguments_node), operation.signature, repr(operation.dtype))
        if not operation.signature or operation.arguments_node is None:
            return check()
        if key not in self._checked:
            self._checked[key] = check()
        return self._checked[key]

    def inferred(
        self,
        operation: Operation,
        args: Sequence[Specs],
        kwargs: Mapping[str, Specs],
        dtype: object,
        infer: Callable[[], Inference],
    ) -> Inference:
        """What a call gives, worked out once for equal layers on equal inputs."""
        inputs = _hashable(args[0]) if len(args) == 1 and not kwargs else None
        if not operation.signature or inputs is None:
            return infer()
        own = repr(operation.dtype or dtype)
        key = (operation.class_name, operation.signature, own, inputs)
        if key not in self._inferred:
            self._inferred[key] = infer(), _followed(operation.declared)
        found, bodies = self._inferred[key]
        if operation.declared is not None and bodies is not None:  # it needn't be followed again
            form, ways = bodies
            operation.declared.followed[form] = ways
            operation.declared.body = operation.declared.body or ways[0].graph
        return found


def _followed(declared: DeclaredLayer | None) -> Followed:
    """How a declared layer was followed last."""
    if declared is None or not declared.followed:
        return None
    return next(reversed(declared.followed.items()))


def _hashable(specs: Specs) -> object:
    """A spec, or a list of them as a tuple; None for anything else."""
    if isinstance(specs, TensorSpec):
        return specs
    if isinstance(specs, list) and all(isinstance(item, TensorSpec) for item in specs):
        return tuple(specs)
    return None

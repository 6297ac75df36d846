"""A layer's weights on the way from what a file has to what Keras 3 has."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from specc.weights.mapping.operations import Form
from specc.weights.old_layouts.changes import Change
from specc.weights.source import TensorInfo

COUNTER: Final = re.compile(r":\d+$")


@dataclass(frozen=True, slots=True)
class Part:
    """A weight, made of one or several tensors of the file.

    Attributes:
        name: As Keras 2 calls it, `lstm_1/kernel`, without TensorFlow's `:0`.
        infos: The tensors.
        changes: What is done to them, in turn; at the end one is left.
    """

    name: str
    infos: tuple[TensorInfo, ...]
    changes: tuple[Change, ...] = ()

    @property
    def tail(self) -> str:
        """The weight's own name, `kernel`."""
        return self.name.rpartition("/")[2]

    @property
    def prefix(self) -> str:
        """What stands before it."""
        return self.name.rpartition("/")[0]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape after the changes.

        Raises:
            Misfit: a change can't be done.
        """
        forms = [Form(info.shape, info.dtype) for info in self.infos]
        for change in self.changes:
            forms = change.forms(forms)
        return forms[0].shape

    def after(self, *changes: Change) -> Part:
        """The part with further changes."""
        return replace(self, changes=(*self.changes, *changes))


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a file.

    Attributes:
        parts: Its weights, in the file's order.
        class_name: As the file's config has it; empty where it has none.
        first: Whether channels come first, as far as the config tells.
        keras1: Whether Keras 1 wrote it.
        theano: Whether Theano computed with it.
    """

    parts: tuple[Part, ...]
    class_name: str = ""
    first: bool | None = None
    keras1: bool = False
    theano: bool = False


def part_of(info: TensorInfo) -> Part:
    """A tensor as it is in the file."""
    return Part(COUNTER.sub("", info.names.get("weight_name", info.key)), (info,))

"""The rules by class: a rule is a pure function, registered under the classes that it is for.

A *shape rule* gives the output specs of a call from the arguments and the input specs. A *slot
rule* gives the variables that the layer makes when it is first called on those inputs. A rule
raises `RuleError` where Keras would raise, and gives UNKNOWN (or None) where it can't tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from specc.catalog.entry import Entry
from specc.catalog.rules.policy import Policy
from specc.catalog.rules.slot_spec import SlotSpec
from specc.catalog.rules.tensor_spec import Specs


class RuleError(Exception):
    """What a layer or an operation can't be applied to, in a user's words.

    Attributes:
        message: Starts after the name of the layer: "needs an input of rank 4, not [null, 10]".
        help: The mend, if there is a likely one.
        argument: The argument that is wrong, if it is one.
        subject: What can't be applied, where it stands inside what is called.
    """

    subject = ""

    def __init__(self, message: str, help: str = "", argument: str = "") -> None:  # noqa: A002 - a diagnostic's own word
        super().__init__(message)
        self.message = message
        self.help = help
        self.argument = argument

    def of(self, subject: str) -> RuleError:
        """The same, said of what can't be applied; what is further inside stays it."""
        self.subject = self.subject or subject
        return self


@dataclass(frozen=True, slots=True)
class Arguments:
    """A layer's constructor arguments, defaults filled in: `a["filters"]`.

    Attributes:
        entry: The layer's class.
        given: What the spec gives, in YAML's form.
        policy: The layer's dtype policy.
        dtype: The policy as it is written, for the layers inside.
        call: The further arguments of the call, for slot rules that depend on them.
    """

    entry: Entry
    given: Mapping[str, Any]
    policy: Policy
    dtype: object = "float32"
    call: Mapping[str, Specs] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        if name in self.given:
            return self.given[name]
        return self.entry.by_name[name].default

    def get(self, name: str, default: Any = None) -> Any:
        """The value of an argument that not all classes of a family take."""
        if name in self.given or name in self.entry.by_name:
            return self[name]
        return default

    @property
    def channels_first(self) -> bool:
        """Whether channels stand before space. The language's default is channels last."""
        return bool(self.get("data_format") == "channels_first")


CallArguments = Mapping[str, Specs]
ShapeRule = Callable[[Arguments, Specs, CallArguments], Specs]
SlotRule = Callable[[Arguments, Specs], list[SlotSpec] | None]
OpRule = Callable[[Mapping[str, Any]], Specs]

SHAPE_RULES: dict[str, ShapeRule] = {}
SLOT_RULES: dict[str, SlotRule] = {}
OP_RULES: dict[str, OpRule] = {}

AnyRule = TypeVar("AnyRule", bound=Callable[..., Any])


def shapes_of(*names: str) -> Callable[[AnyRule], AnyRule]:
    """Registers a shape rule for layer classes."""
    return _registers(SHAPE_RULES, names)


def slots_of(*names: str) -> Callable[[AnyRule], AnyRule]:
    """Registers a slot rule for layer classes."""
    return _registers(SLOT_RULES, names)


def stateless(*names: str) -> None:
    """Registers that layer classes make no variables."""
    slots_of(*names)(lambda arguments, inputs: [])


def op(*names: str) -> Callable[[AnyRule], AnyRule]:
    """Registers a rule for functions of `keras.ops`: from arguments by name to output specs."""
    return _registers(OP_RULES, names)


def _registers(table: dict[str, Any], names: tuple[str, ...]) -> Callable[[AnyRule], AnyRule]:
    def register(rule: AnyRule) -> AnyRule:
        for name in names:
            if name in table:
                raise ValueError(f"two rules for {name}")
            table[name] = rule
        return rule

    return register

"""What a benchmark found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Result:
    """One measurement against a promise.

    Attributes:
        name: What was measured.
        value: The figure that the promise is about.
        promise: The most that it may be, or the least; None for what is not promised.
        unit: What the figure counts: `×` for ratios.
        parts: What it is made of, each with its unit.
        at_least: Whether the promise is the least that it may be.
    """

    name: str
    value: float
    promise: float | None = None
    unit: str = "×"
    parts: Mapping[str, str] = field(default_factory=dict)
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the promise is kept, or none was made."""
        if self.promise is None:
            return True
        return self.value >= self.promise if self.at_least else self.value <= self.promise

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        return {**asdict(self), "kept": self.kept}

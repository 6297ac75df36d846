"""What became of configs that say the same: the layers of a model do, but for their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from specc.importing.problems import Problems

Made = TypeVar("Made")


class Memo(Generic[Made]):
    """Remembers what was made of a config, where nothing was wrong with it."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._made: dict[tuple[object, str], Made] = {}
        self._same: dict[tuple[object, tuple[int, ...]], tuple[Mapping[str, Any], Made]] = {}

    def made(self, kind: object, config: Mapping[str, Any], make: Callable[[], Made]) -> Made:
        """What `make` gives; of a config that was seen before, what it gave then.

        Args:
            kind: What else it depends on: the class.
            config: What it is made of, but for the name.
            make: Makes it, and may report problems, each of which is the layer's own.
        """
        same = kind, tuple([id(value) for key, value in config.items() if key != "name"])
        if same in self._same:
            return self._same[same][1]
        key = kind, repr([each for each in config.items() if each[0] != "name"])
        if key in self._made:
            made = self._made[key]
        else:
            before = len(self._problems.found)
            made = make()
            if len(self._problems.found) > before:
                return made
            self._made[key] = made
        self._same[same] = config, made  # which keeps what the ids are of
        return made

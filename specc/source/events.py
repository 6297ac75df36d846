"""PyYAML's events, libyaml's where it is there, and nothing else of PyYAML's.

Its constructors make objects from tags, its composer recurses; both stay unused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

import yaml

_Parser: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mark(Protocol):
    """A place in the text."""

    index: int


class Event(Protocol):
    """The attributes of all kinds of events; which ones an event has depends on its class."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    flow_style: bool | None
    version: tuple[int, int] | None
    tags: dict[str, str] | None


def events(text: str) -> Iterator[Event]:
    """The events of a text, one at a time, so that a reader can stop at a limit.

    Raises:
        yaml.YAMLError: where the text stops being YAML.
    """
    parser = _Parser(text)
    try:
        while (event := parser.get_event()) is not None:
            yield event
    finally:
        parser.dispose()

"""The bounds on what is read, each with its reason.

A spec may come from anyone. What it costs to read must stay in proportion to what a person could
have written, so every dimension in which a small text can be made expensive has a bound.
"""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 8 * 2**20
"""Size of a file. Ten thousand layers, one a line, are 1 MB; nobody reviews more than that."""

MAX_DEPTH: Final = 100
"""Nesting, aliases expanded. Passes recurse over the tree, some frames a level, and Python allows
1,000 frames; a block in a loop in an `if` takes about four levels, so 25 blocks deep still fit.
libyaml's time is quadratic in the depth of flow collections, and unbounded would crash it."""

MAX_NODES: Final = 250_000
"""Values in a document, aliases expanded. Ten thousand layers, one a line, have about
120,000. A node costs some 300 bytes and 10 µs. It is what stops alias bombs."""

MAX_NUMBER_CHARACTERS: Final = 400
"""Length of a number. The largest float has 309 digits, and no argument takes a larger integer;
converting digits takes time quadratic in their number."""

MAX_PROBLEMS: Final = 100
"""Diagnostics from one reading. Nobody reads more, and a file of a million duplicate keys would
otherwise be a million diagnostics."""

MAX_EXPRESSION: Final = 1_000
"""Characters searched for the end of an unquoted expression. It keeps that search linear."""

MAX_REREADINGS: Final = 20
"""How often a text is read again after a syntax error that was an unquoted expression."""

MAX_REREAD_NODES: Final = 100_000
"""Values read in all before no further reading is started, so that mending stays linear."""

MAX_UNMATCHED: Final = 200
"""Unclosed brackets whose end is searched for before no further one is, for the same reason."""

MAX_NEIGHBOURS: Final = 1_000
"""File names looked at for one like a name that does not exist."""

MAX_SNIFFED_BYTES: Final = 4_096
"""Beginning of a YAML file in which its first key must stand for it to be found as a spec."""

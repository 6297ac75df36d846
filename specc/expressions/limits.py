"""What an expression may cost. Every number with its reason.

Expressions come from files that anyone may have written: reading one must take time and memory in
proportion to what a real spec needs, never to what a few hostile characters can ask for.
"""

MAX_LENGTH = 4_000
"""Characters of one expression. Real ones have under 200; a table belongs in a YAML list."""

MAX_DEPTH = 100
"""Operators and brackets inside one another. The parser and the evaluator recurse: three Python
frames a level stay far from the interpreter's 1,000. Real expressions stay under 20."""

MAX_NODES = 20_000
"""Nodes of a tree after substitution. The longest text allowed parses to about 6,000."""

MAX_INTEGER_BITS = 1_024
"""Size of an integer: as large as floats go, far beyond seeds and sizes, and cheap to print."""

MAX_DIGITS = 400
"""Characters of a number, as written or as text: `MAX_INTEGER_BITS` takes 309."""

MAX_ROUND_DIGITS = 400
"""Digits `round` accepts: more than a float has. For integers Python computes `10 ** digits`."""

MAX_TEXT = 10_000
"""Characters of a computed text. Names and formulas are short."""

MAX_ITEMS = 100_000
"""Items of one computed list: ten times the layers of the largest model that is promised."""

MAX_STEPS = 1_000_000
"""Nodes visited plus items made in one evaluation: at most about a second."""

MAX_NESTING = 32
"""Lists inside lists of a computed value. Tensors have far fewer dimensions."""

MAX_FORMAT_WIDTH = 99
"""Width and precision in an f-string: `02d`, `.3f`. A name needs no more."""

CACHED_LENGTH = 200
"""Longest expression kept in the large cache of parsed ones, so that the cache stays small."""

CACHED_SHORT = 2_048
"""Parsed expressions kept, of those up to `CACHED_LENGTH`: at most about 80 MB if hostile."""

CACHED_LONG = 32
"""Parsed expressions kept, of longer ones: at most about 20 MB."""

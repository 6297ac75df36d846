"""From documents to verified graphs: resolving, binding, expanding, checking. Row 5."""

from specc.passes.expand import bind_document, check_definitions, expand
from specc.passes.parameters import Given
from specc.passes.pipeline import PASSES, run_passes
from specc.passes.resolve import Resolver
from specc.passes.unit import Meaning, Unit

__all__ = [
    "PASSES",
    "Given",
    "Meaning",
    "Resolver",
    "Unit",
    "bind_document",
    "check_definitions",
    "expand",
    "run_passes",
]
